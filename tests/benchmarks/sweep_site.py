"""The site that `sweep.py` sweeps: many article pages on many loopback hosts, served by a process of its own.

A page is about 224 kB: 25 to 30 kB of words in an article, the rest what such pages consist of (styles, scripts with
state, menus, icons, cards). Every page is different, and the same in every process.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import multiprocessing
import random
import secrets
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection

# "304": an ETag, heeded; the others have none; "nonce": one differs each time; "changed": so does a sentence of one page in 100.
MODES = ("304", "equal", "nonce", "changed")
CHANGED = 100
SIZE = 224_000  # bytes of a page
NONCE = b"0123456789abcdef0123456789abcdef"
_ROBOTS = b"User-agent: *\nDisallow: /search\nDisallow: /admin/\n"
_REASONS = {200: "OK", 304: "Not Modified", 404: "Not Found"}
_ICON = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2 L2 7v10l10 5 10-5V7z"/></svg>'


def page_of(number: int) -> bytes:
    """A page, with `NONCE` in it twice: in a meta element, and as a script's nonce."""
    rng = random.Random(number)
    words = ["".join(rng.choices(_SYLLABLES, k=rng.choice((1, 2, 2, 3)))) for _ in range(900)]

    def sentence(least: int = 8, most: int = 24) -> str:
        return " ".join(rng.choices(words, k=rng.randint(least, most))).capitalize()

    title = sentence(5, 9)
    article = "".join(_section(rng, sentence) for _ in range(14))
    menu = "".join(_link("menu__link", sentence(1, 3), n) for n in range(90))
    cards = "".join(
        f'<div class="card" data-id="{n}">{_link("card__link", sentence(4, 9), n)}</div>' for n in range(24)
    )
    state = {f"item-{n}": {"id": rng.getrandbits(48), "slug": sentence(2, 5), "flags": [n, None]} for n in range(1300)}
    head = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="csrf-token" content="{NONCE.decode()}"><meta name="description" content="{sentence()}">'
        f"<style>{_styles(rng)}</style></head><body><header><nav><ul>{menu}</ul></nav></header>"
    )
    tail = (
        f'<aside class="related">{cards}</aside><footer>{menu}<p>{sentence()}.</p></footer>'
        f'<script nonce="{NONCE.decode()}">window.state = {json.dumps(state)};</script>'
    )
    start = f"{head}<main><article><h1>{title}</h1>{article}</article></main>{tail}<script>/*".encode()
    end = b"*/</script></body></html>"
    return start + b"-" * (SIZE - len(start) - len(end)) + end


_SYLLABLES = [c + v for c in ("b", "d", "f", "gr", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v") for v in "aeiou"]


def _section(rng: random.Random, sentence: Callable[..., str]) -> str:
    def paragraph() -> str:
        parts = [f"{sentence()}." for _ in range(rng.randint(2, 4))]
        parts[0] = f'<a class="ref" href="/r/{rng.randint(1, 999)}" data-track="body">{parts[0]}</a>'
        return f'<p class="text text--body" data-block="{rng.getrandbits(32):08x}">{" ".join(parts)}</p>'

    items = "".join(f"<li><span class='mark'></span>{sentence(5, 12)}</li>" for _ in range(4))
    body = "".join(paragraph() for _ in range(5))
    return f'<section class="block"><h2>{sentence(4, 8)}</h2>{body}<ul class="list">{items}</ul></section>'


def _link(kind: str, text: str, number: int) -> str:
    return (
        f'<li class="{kind}-item"><a class="{kind} {kind}--{number % 7}" href="/topic/{number}" data-track="{kind}">'
        f"{_ICON}<span>{text}</span></a></li>"
    )


def _styles(rng: random.Random) -> str:
    return "".join(f".c{rng.getrandbits(24):06x}{{margin:{n}px auto;color:#{n:06x}}}" for n in range(600))


# --- serving ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Page:
    etag: str
    whole: bytes
    pieces: list[bytes]  # what stands between the nonces


class _Serving:
    """What the threads of the serving process share."""

    def __init__(self, pages: int) -> None:
        self.mode, self.sweeps = MODES[0], 0
        self.answers: list[tuple[str, int]] = []  # (path, status) of each
        bodies = {f"/article/{number}": page_of(number) for number in range(pages)}
        self.pages = {
            path: _Page(f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"', body, body.split(NONCE))
            for path, body in bodies.items()
        }

    def answer(self, path: str, conditions: bytes) -> list[bytes]:
        """The pieces of an answer; `conditions` is the request's header section."""
        page = self.pages.get(path)
        if page is None:
            return _framed(200, [_ROBOTS], "text/plain") if path == "/robots.txt" else _framed(404, [b"none"])
        etag = page.etag if self.mode == "304" else ""
        status = 304 if etag and etag.encode() in conditions else 200
        self.answers.append((path, status))
        body = [secrets.token_hex(16).encode().join(page.pieces)] if self.mode == "nonce" else [page.whole]
        if self.mode == "changed" and int(path.rpartition("/")[2]) % CHANGED == self.sweeps % CHANGED:
            body = [
                page.whole.replace(
                    b"</article>", b"<p>This sentence was added at sweep %d.</p></article>" % self.sweeps
                )
            ]
        return _framed(status, body if status == 200 else [], etag=etag)


def _framed(status: int, body: list[bytes], kind: str = "text/html; charset=utf-8", etag: str = "") -> list[bytes]:
    lines = [f"HTTP/1.1 {status} {_REASONS[status]}", "Server: sweep", "Vary: Accept-Encoding"]
    lines += [f"ETag: {etag}"] if etag else []
    if status != 304:
        lines += [f"Content-Type: {kind}", f"Content-Length: {sum(map(len, body))}"]
    return ["\r\n".join([*lines, "\r\n"]).encode(), *body]


def _serve_connection(connection: socket.socket, serving: _Serving) -> None:
    with connection, contextlib.suppress(ConnectionError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        heard = b""
        while chunk := connection.recv(65536):
            heard += chunk
            while b"\r\n\r\n" in heard:
                request, _, heard = heard.partition(b"\r\n\r\n")
                connection.sendall(b"".join(serving.answer(request.split(b" ", 2)[1].decode(), request)))
                if b"connection: close" in request.lower():
                    return


def _accept(listening: socket.socket, serving: _Serving) -> None:
    while True:
        connection, _ = listening.accept()
        threading.Thread(target=_serve_connection, args=(connection, serving), daemon=True).start()


def _serve(control: Connection, pages: int, hosts: int) -> None:
    """The serving process: takes (mode) and gives the answers since the last word, until its parent hangs up."""
    serving = _Serving(pages)
    port = 0
    for number in range(1, hosts + 1):
        listening = socket.create_server((f"127.0.0.{number}", port), backlog=256)
        port = listening.getsockname()[1]
        threading.Thread(target=_accept, args=(listening, serving), daemon=True).start()
    control.send(port)
    with contextlib.suppress(EOFError):
        while True:
            serving.mode = control.recv()
            serving.sweeps += serving.mode == "changed"
            control.send(Counter(serving.answers))
            serving.answers = []


class Site:
    """The site as its parent sees it.

    Attributes:
        urls: the addresses of all pages.
    """

    def __init__(self, control: Connection, port: int, pages: int, hosts: int) -> None:
        self._control = control
        self.urls = [f"http://127.0.0.{n % hosts + 1}:{port}/article/{n}" for n in range(pages)]

    def switch(self, mode: str) -> Counter[tuple[str, int]]:
        """Answer in another mode from now on; what was answered since the last switch, as (path, status)."""
        self._control.send(mode)
        answered: Counter[tuple[str, int]] = self._control.recv()
        return answered


@contextlib.contextmanager
def site(pages: int, hosts: int) -> Iterator[Site]:
    """Serve so many pages on 127.0.0.1, 127.0.0.2, … (Linux has them all) at one port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, pages, hosts), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Site(ours, ours.recv(), pages, hosts)
    finally:
        ours.close()
        process.join(5)
