"""Files as browsers and other programs write them, with our own words in them."""

from __future__ import annotations

import base64
import quopri

PAGE = "https://office.example/assessment?year=2024&lang=lt"
TEXT = "Grėsmių vertinimas: ataka prieš uostą mažai tikėtina – € 12"


def chromium_mhtml(html: str, url: str = PAGE, *, date: str = "Thu, 7 Mar 2024 09:22:11 -0000") -> bytes:
    """As Chromium saves "Webpage, single file": quoted-printable, the picture and style beside it, no charset."""
    body = quopri.encodestring(html.encode()).replace(b"\n", b"\r\n").decode()
    edge = "----MultipartBoundary--94SwPrJU6DoTQT05gskQuTNkfb1lW3dckO8jsWYNL8----"
    return "\r\n".join([
        "From: <Saved by Blink>", f"Snapshot-Content-Location: {url}", "Subject: =?utf-8?Q?Gr=C4=97sm=C4=97s?=",
        f"Date: {date}", "MIME-Version: 1.0", "Content-Type: multipart/related;", '\ttype="text/html";',
        f'\tboundary="{edge}"', "", "", f"--{edge}",
        "Content-Type: text/html", "Content-ID: <frame-0DF2A6A1A1B2@mhtml.blink>",
        "Content-Transfer-Encoding: quoted-printable", f"Content-Location: {url}", "", body,
        f"--{edge}", "Content-Type: text/html", "Content-ID: <frame-FFFF@mhtml.blink>",
        "Content-Transfer-Encoding: quoted-printable", "Content-Location: https://ads.example/frame", "", "<p>An advert</p>",
        f"--{edge}", "Content-Type: text/css", "Content-Transfer-Encoding: quoted-printable",
        "Content-Location: cid:css-1@mhtml.blink", "", "body {color: red}", f"--{edge}--", "",
    ]).encode()  # fmt: skip


def explorer_mhtml(html: str, url: str = PAGE, charset: str = "windows-1257") -> bytes:
    """As Internet Explorer saves "Web archive": base64 or quoted-printable, with the page's charset."""
    body = base64.encodebytes(html.encode(charset)).decode()
    return "\r\n".join([
        'From: "Saved by Internet Explorer 11"', "Subject: Assessment", "Date: Thu, 7 Mar 2024 11:22:11 +0200",
        "MIME-Version: 1.0", "Content-Type: multipart/related;", '\ttype="text/html";',
        '\tboundary="----=_NextPart_000_0000_01DA7081"', "X-MimeOLE: Produced By Microsoft MimeOLE", "",
        "This is a multi-part message in MIME format.", "", "------=_NextPart_000_0000_01DA7081", "Content-Type: text/html;",
        f'\tcharset="{charset}"', "Content-Transfer-Encoding: base64", f"Content-Location: {url}", "", body,
        "------=_NextPart_000_0000_01DA7081--", "",
    ]).encode()  # fmt: skip


def page(*head: str, title: str = "Assessment", text: str = TEXT) -> str:
    """A page with something in its head."""
    words = "".join(
        f"<p>{text} The assessment describes how the environment changed in part {n} of the year.</p>" for n in range(4)
    )
    return f"<html><head>{''.join(head)}<meta charset=utf-8><title>{title}</title></head><body><main>{words}</main></body></html>"


def chromium_html(url: str = PAGE) -> str:
    """As Chromium saves "Webpage, complete"."""
    return f"<!DOCTYPE html>\n<!-- saved from url=({len(url):04}){url} -->\n{page()}"


def single_file(
    url: str = PAGE, date: str = "Thu Mar 07 2024 10:22:11 GMT+0200 (Eastern European Standard Time)"
) -> str:
    """As SingleFile saves a page."""
    return f"<!DOCTYPE html> <html lang=lt><!--\n Page saved with SingleFile \n url: {url} \n saved date: {date}\n-->{page()[6:]}"


OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Subscriptions</title></head><body>
<outline text="Services" title="Services">
  <outline type="rss" text="Office" title="Office news" xmlUrl="https://office.example/feed.xml" htmlUrl="https://office.example/"/>
  <outline text="Baltic"><outline text="Bureau" type="atom" xmlUrl="https://bureau.example/atom"/></outline>
  <outline text="The act" type="link" url="https://law.example/act"/>
</outline>
<outline text="Plain" htmlUrl="https://plain.example/page"/>
<outline text="Odd" xmlUrl="feed:local"/></body></opml>"""

JOBS = """name: "Office: assessment"
url: https://office.example/assessment
filter:
  - xpath: '(//div[contains(@class,"release")]//h4)[1]/a'
  - html2text: re
---
name: A page with JavaScript
navigate: "https://scripts.example/"
---
name: What is in my home?
command: "ls -al ~"
---
url: https://bureau.example/report
use_browser: true
cookies: {session: abc}
max_tries: 3
---
kind: url
url: https://form.example/search
method: POST
data: {q: ports}
"""

WATCHES = {
    "note": "Hello! If you change this file manually, please be sure to restart your changedetection.io instance!",
    "watching": {
        "uuid-1": {"url": "https://office.example/assessment", "title": "Assessment", "tags": ["tag-1"], "paused": False,
                   "include_filters": [".content"], "fetch_backend": "html_webdriver", "method": "GET"},
        "uuid-2": {"url": "https://bureau.example/report", "title": None, "tag": "Bureau, other", "paused": False},
        "uuid-3": {"url": "https://paused.example/", "paused": True},
        "uuid-4": {"url": "https://news.example/{% now 'utc' %}", "paused": False},
        "uuid-5": {"url": "source:https://source.example/page", "paused": False},
    },
    "app_guid": "guid", "settings": {"application": {"tags": {"tag-1": {"title": "Threats", "uuid": "tag-1"}}}},
}  # fmt: skip
