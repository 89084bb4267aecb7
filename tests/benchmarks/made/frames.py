"""Frames of made sites: menus, breadcrumbs, tools, filters, pagers, related lists, boxes and footers in random markup.

Nothing of a frame is the document, whatever its words and names are: only form, place and links tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.made.entries import Entries
from benchmarks.made.lists import Design
from benchmarks.made.names import Names
from benchmarks.made.notices import Notices
from benchmarks.made.speech import Speech, marked, unmarked

_NETWORKS = ("Facebook", "X", "LinkedIn", "WhatsApp", "Mastodon", "Bluesky", "Telegram")
_SEPARATORS = (" » ", " / ", " > ", " › ", " | ", " ")


class Site:
    """The frame of a page.

    Args:
        speech, names: words and class names.
        designs: lists for the related pages beside the document.
    """

    def __init__(self, speech: Speech, names: Names, designs: Sequence[Design]) -> None:
        self._speech, self._names, self._designs = speech, names, designs
        self._chance = speech.chance
        self._tagged = self._chance.random() < 0.6  # whether the frame's elements have the tags made for them
        self._brand = speech.label(3)
        self._notices = Notices(speech, names)
        self._layout = self._chance.choices(("boxes", "table", "bare"), (0.84, 0.08, 0.08))[0]

    def page(self, title: str, document: str, is_list: bool) -> str:
        """A whole page.

        Args:
            title: of the document.
            document: in HTML, with its words marked.
            is_list: whether filters and pagers fit.
        """
        likely = self._chance.random
        head = [self._skip(), self._head()] + ([self._crumbs()] if likely() < 0.5 else [])
        main = self._main(title, document, is_list)
        left, right = (self._side() if likely() < 0.35 else "" for _ in range(2))
        lower = [self._related()] if likely() < 0.15 else []
        named = f"{title} {self._chance.choice('-|–')} {self._brand}"
        parts = self._laid_out(head, left, right, main, lower)
        return f"<!doctype html><html><head><title>{named}</title></head><body>{parts}</body></html>"

    def _laid_out(self, head: Sequence[str], left: str, right: str, main: str, lower: Sequence[str]) -> str:
        """The parts of a page in boxes, in a table as before there were style sheets, or the main part alone."""
        if self._layout == "bare":
            return main
        if self._layout == "table":
            middle = "".join(f"<td>{part}</td>" for part in (left, main, right) if part)
            rows = (f"<td>{''.join(head)}</td>", middle, f"<td>{''.join(lower)}{self._foot()}</td>")
            return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        beside = f"{left}{main}{right}"
        boxed = beside if self._chance.random() < 0.3 else f"<div{self._names('meta')}>{beside}</div>"
        return "\n".join([*head, boxed, *lower, self._foot()])

    def _main(self, title: str, document: str, is_list: bool) -> str:
        likely = self._chance.random
        above = [self._crumbs()] if likely() < 0.3 else []
        above += [self._contents()] if likely() < 0.12 else []
        heading = self._notices.titled(f"<h1{self._names('title')}>{marked(title)}</h1>")
        below = [self._tools()] if likely() < 0.35 else []
        below += [self._contents()] if likely() < 0.12 else []
        below += [self._filters()] if is_list and likely() < 0.5 else []
        behind = [self._pager()] if is_list and likely() < 0.5 else []
        for part, share in (
            (self._tools, 0.4),
            (self._feedback, 0.25),
            (self._steps, 0.2),
            (self._related, 0.3),
            (self._appeal, 0.15),
            (self._top, 0.2),
        ):
            behind += [part()] if likely() < share else []
        boxed = f"<div{self._names('doc')}>{document}</div>" if likely() < 0.75 else document
        inner = "\n".join([*above, heading, *below, boxed, *behind])
        tag = self._chance.choice(("main", "article")) if self._tagged else "div"
        return f"<{tag}{self._names('main')}>{inner}</{tag}>"

    def _a(self, text: str, target: str = "") -> str:
        return f'<a href="{target or f"/{self._chance.randrange(9999)}"}">{text}</a>'

    def _links(self, count: int, labels: Sequence[str] = (), role: str = "menu") -> str:
        labels = labels or [self._speech.label(3) for _ in range(count)]
        way = self._chance.randrange(5)
        if way < 3:
            return f"<ul{self._names(role)}>{''.join(f'<li>{self._a(one)}</li>' for one in labels)}</ul>"
        if way == 3:
            return f"<div{self._names(role)}>{''.join(f'<div>{self._a(one)}</div>' for one in labels)}</div>"
        return f"<div{self._names(role)}>{self._chance.choice((' ', ' | ', ' · ')).join(map(self._a, labels))}</div>"

    def _skip(self) -> str:
        return self._a(self._speech.label(3), "#main") if self._chance.random() < 0.4 else ""

    def _head(self) -> str:
        tag, nav = ("header", "nav") if self._tagged else ("div", "div")
        languages = [self._speech.label(1) for _ in range(self._chance.randint(2, 8))]
        parts = [
            f"<p>{self._a(self._brand, '/')}</p>",
            f"<{nav}>{self._links(self._chance.randint(3, 9))}</{nav}>",
            self._links(0, languages, "tools") if self._chance.random() < 0.4 else "",
            f"<form{self._names('form')}><label>{self._speech.label()}</label><input><button>{self._speech.label()}</button></form>"
            if self._chance.random() < 0.4
            else "",
            self._links(2, role="tools") if self._chance.random() < 0.3 else "",
            f"<div>{self._speech.sentence(3, 8)}</div>" if self._chance.random() < 0.15 else "",
        ]
        return f"<{tag}{self._names('head')}>{''.join(parts)}</{tag}>"

    def _crumbs(self) -> str:
        labels = [self._speech.label() for _ in range(self._chance.randint(1, 4))]
        ahead = self._speech.label(3) + ": " if self._chance.random() < 0.3 else ""
        if self._chance.random() < 0.5:
            return f"<ol{self._names('crumbs')}>{''.join(f'<li>{self._a(one)}</li>' for one in labels)}<li>{labels[0]}</li></ol>"
        tag = self._chance.choice(("div", "p", "nav"))
        return f"<{tag}{self._names('crumbs')}>{ahead}{self._chance.choice(_SEPARATORS).join(map(self._a, labels))}</{tag}>"

    def _tools(self) -> str:
        networks = self._chance.random() < 0.5
        labels = (
            self._chance.sample(_NETWORKS, 3)
            if networks
            else [self._speech.label(3) for _ in range(self._chance.randint(1, 4))]
        )
        ahead = f"{self._speech.label(2)}{self._chance.choice((':', ''))}" if self._chance.random() < 0.5 else ""
        if self._chance.random() < 0.3:
            buttons = "".join(f"<button{self._names('more')}>{one}</button>" for one in labels)
            return f"<div{self._names('tools')}>{f'<span>{ahead}</span>' if ahead else ''}{buttons}</div>"
        targets = [
            self._chance.choice(
                ("#", "#", "/print", "?do=print", "mailto:", "https://share.example.com/?u=1", "javascript:print()")
            )
            for _ in labels
        ]
        way, links = (
            self._chance.randrange(3),
            [self._a(one, target) for one, target in zip(labels, targets, strict=True)],
        )
        if way == 0:
            return f"<ul{self._names('tools')}>{f'<li>{ahead}</li>' if ahead else ''}{''.join(f'<li>{one}</li>' for one in links)}</ul>"
        if way == 1:
            return f"<p{self._names('tools')}>{ahead} {' '.join(links)}</p>"
        return f"<div{self._names('tools')}>{f'<h4>{ahead}</h4>' if ahead else ''}{''.join(f'<div>{one}</div>' for one in links)}</div>"

    def _contents(self) -> str:
        """A heading and links to the sections of the page itself."""
        count = self._chance.randint(2, 9)
        links = "".join(f"<li>{self._a(self._speech.title(1, 6), f'#s{at}')}</li>" for at in range(count))
        head, tag = (
            self._chance.choice(("h2", "h3", "h4", "p", "strong", "span")),
            self._chance.choice(("div", "nav", "aside")),
        )
        return f"<{tag}{self._names('side')}><{head}>{self._speech.label(3)}</{head}><ul>{links}</ul></{tag}>"

    def _filters(self) -> str:
        def choice() -> str:
            options = "".join(f"<option>{self._speech.label()}</option>" for _ in range(4))
            boxes = "".join(f'<li><label><input type="checkbox"> {self._speech.label()}</label></li>' for _ in range(4))
            linked = self._links(4, role="form")
            inner = self._chance.choice((f"<select>{options}</select>", f"<ul>{boxes}</ul>", linked))
            return f"<div><label>{self._speech.label()}</label>{inner}</div>"

        parts = "".join(choice() for _ in range(self._chance.randint(1, 3)))
        tag = self._chance.choice(("form", "div"))
        return f"<{tag}{self._names('form')}>{parts}<button>{self._speech.label()}</button></{tag}>"

    def _pager(self) -> str:
        numbers = [str(at) for at in range(1, self._chance.randint(3, 9))]
        labels = (
            [*numbers, self._speech.label()]
            if self._chance.random() < 0.7
            else [self._speech.label(), self._speech.label()]
        )
        inner = "".join(f"<li>{self._a(one, f'?page={one}')}</li>" for one in labels)
        tag = "nav" if self._tagged and self._chance.random() < 0.5 else "div"
        if self._chance.random() < 0.5:
            return f"<{tag}{self._names('pager')}><ul>{inner}</ul></{tag}>"
        return f"<{tag}{self._names('pager')}>{' '.join(self._a(one, f'?page={one}') for one in labels)}</{tag}>"

    def _feedback(self) -> str:
        answers = [self._speech.label(1), self._speech.label(1)]
        said = self._speech.title(3, 7) + "?"
        if self._chance.random() < 0.5:
            return (
                f"<div{self._names('form')}><p>{said}</p>{''.join(f'<button>{one}</button>' for one in answers)}</div>"
            )
        return f"<div{self._names('form')}><p>{said} {' '.join(self._a(one, '#') for one in answers)}</p></div>"

    def _steps(self) -> str:
        links = [f"<div>{self._speech.label(2)} {self._a(self._speech.title(3, 8))}</div>" for _ in range(2)]
        tag = "nav" if self._tagged and self._chance.random() < 0.5 else "div"
        return f"<{tag}{self._names('pager')}>{''.join(links)}</{tag}>"

    def _related(self) -> str:
        entries = Entries(self._speech, self._names, self._chance.randint(2, 5), 3)
        shown = (
            unmarked(self._chance.choice(self._designs)(entries))
            if self._chance.random() < 0.6
            else self._links(4, role="related")
        )
        tag = self._chance.choice(("aside", "section", "div", "div")) if self._tagged else "div"
        level = self._chance.choice((2, 3, 4))
        return f"<{tag}{self._names('related')}><h{level}>{self._speech.label(3)}</h{level}>{shown}</{tag}>"

    def _appeal(self) -> str:
        tag = self._chance.choice(("aside", "div", "section"))
        inner = f"<h3>{self._speech.label(4)}</h3><p>{self._speech.sentence(5, 16)}</p>{self._a(self._speech.label(2))}"
        return f"<{tag}{self._names('form')}>{inner}</{tag}>"

    def _top(self) -> str:
        return f"<p>{self._a(self._speech.label(3), '#top')}</p>"

    def _side(self) -> str:
        parts = [self._related() for _ in range(self._chance.randint(0, 2))]
        parts += (
            [f"<div><h4>{self._speech.label()}</h4>{self._links(self._chance.randint(2, 9))}</div>"]
            if self._chance.random() < 0.7
            else []
        )
        parts += [self._appeal()] if self._chance.random() < 0.3 else []
        parts += [self._contents()] if self._chance.random() < 0.15 else []
        self._chance.shuffle(parts)
        tag = "aside" if self._tagged and self._chance.random() < 0.6 else "div"
        return f"<{tag}{self._names('side')}>{''.join(parts)}</{tag}>" if parts else ""

    def _foot(self) -> str:
        number = self._chance.randint(1, 99)
        town = f"{self._chance.randint(1000, 99999)} {self._speech.label(1)}"
        address = f"{self._brand}<br>{self._speech.label(2)} {number}, {town}<br>info@example.org"
        parts = [
            f"<p>{address}</p>" if self._chance.random() < 0.5 else f"<p>{address.replace('<br>', ', ')}</p>",
            *(f"<div><h3>{self._speech.label()}</h3>{self._links(4)}</div>" for _ in range(self._chance.randint(0, 3))),
            self._links(3, role="foot"),
            f"<p>© {self._speech.year()} {self._brand}</p>" if self._chance.random() < 0.6 else "",
            f"<p>{self._speech.paragraph(2)}</p>" if self._chance.random() < 0.2 else "",
        ]
        self._chance.shuffle(parts)
        tag = "footer" if self._tagged else "div"
        return f"<{tag}{self._names('foot')}>{''.join(parts)}</{tag}>"
