"""Listings in many markups, and a site on loopback that has them."""

from __future__ import annotations

from helpers import HTML, html
from loopback import Loopback, Reply

TITLES = ("National risk assessment 2025", "Cyber outlook 2024", "Sabotage in ports", "Disinformation before elections",
          "Annual report 2023", "Drone sightings over bases")  # fmt: skip
DESIGNS = ("card", "article", "li", "li-date", "div", "dl", "tile", "tr")


def item(design: str, number: int, href: str | None = None) -> str:
    """One entry of a listing."""
    title, to, day = TITLES[number % len(TITLES)], href or f"/r/{number}", f"{number % 27 + 1} March 2024"
    return {
        "card": f'<div class="card"><a href="{to}"><h3>{title}</h3></a><time>{day}</time>'
        f'<a class="more" href="{to}">Read more</a></div>',
        "article": f'<article><h2><a href="{to}">{title}</a></h2><p>A text about {title.lower()}, and what was found.</p></article>',
        "li": f'<li><a href="{to}">{title}</a></li>',
        "li-date": f'<li><span class="date">{day}</span> <a href="{to}">{title}</a></li>',
        "div": f'<div class="row"><a href="{to}">{title}</a></div>',
        "dl": f'<dt><a href="{to}">{title}</a></dt><dd>{day}</dd>',
        "tile": f'<a class="tile" href="{to}"><span class="k">Report</span><span class="t">{title}</span></a>',
        "tr": f'<tr><td>{day}</td><td><a href="{to}">{title}</a></td></tr>',
    }[design]


def page(design: str, items: str, more: str = "", head: str = "") -> bytes:
    """A listing with a menu, a footer, and what else there is between."""
    around = {"li": "ul", "li-date": "ul", "dl": "dl", "tr": "table"}.get(design, "div")
    return (
        f'<!doctype html><html lang="en"><head><title>Publications - Agency</title>{head}</head><body><header><nav><ul>'
        '<li><a href="/">Home</a></li><li><a href="/news">News</a></li><li><a href="/contact">Contact</a></li></ul></nav>'
        "</header><main><h1>Publications</h1><p>All open publications of the Agency, the newest first.</p>"
        f"<{around}>{items}</{around}>{more}</main><footer><p>Agency, Street 1, 1000 City</p>"
        '<p><a href="/privacy">Privacy</a></p></footer></body></html>'
    ).encode()


def listing(design: str, numbers: range, more: str = "", head: str = "") -> bytes:
    """A listing of some reports."""
    return page(design, "".join(item(design, number) for number in numbers), more, head)


def serve(site: Loopback, paths: dict[str, bytes], reports: int = 12) -> None:
    """Let a site have some pages, and the reports `/r/0` and so on."""
    site.routes |= {path: Reply(200, body, HTML) for path, body in paths.items()}
    for number in range(reports):
        title = TITLES[number % len(TITLES)]
        site.routes[f"/r/{number}"] = Reply(200, html(f"{title} ({number})"), HTML)
