"""What a browser gets besides the web channel: the demo helpline page, the widget, its words, and its frame."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.nlg.wording import Wording
from bot.settings import Settings
from bot.widget.texts import config, direction, spoken

Headers = dict[str, str]
Answer = Callable[[Request], HTTPResponse]

HERE = Path(__file__).parent
STATIC, DIST = HERE / "static", HERE / "dist"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_OTHERS = ("widget.js", "widget.css")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {framed_by}; require-trusted-types-for 'script'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Pages of other origins load these. They hold nothing of anybody, so any page may read them.
PUBLIC = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_PLACE = re.compile(r"\{\{ (\w+) \}\}")


def pages(settings: Settings) -> Blueprint:
    """The blueprint of these pages. Raises ValueError where the exit is no web address."""
    if urlsplit(settings.exit_url).scheme not in ("http", "https"):
        raise ValueError("STEADY_EXIT_URL must begin with https:// or http://")
    framed_by = " ".join(("'self'", *settings.allowed_origins))
    closed = HEADERS | {"Content-Security-Policy": POLICY.format(framed_by="'none'")}
    framed = HEADERS | {
        "Content-Security-Policy": POLICY.format(framed_by=framed_by),
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    del framed["Cross-Origin-Opener-Policy"]
    own = {path.name: _file(path, closed) for path in STATIC.iterdir() if path.suffix in (".css", ".svg")}

    async def page_file(request: Request, name: str) -> HTTPResponse:
        if name in own:
            return own[name](request)
        return raw(b"", 404, dict(closed), "text/plain")

    async def words(request: Request, language: str) -> HTTPResponse:
        return _answer(request, _words(settings, language).encode(), "application/json", HEADERS | PUBLIC)

    blueprint = Blueprint("pages")
    _route(blueprint, "/", _page("page.html", settings, closed))
    _route(blueprint, "/embed", _page("embed.html", settings, framed))
    _route(blueprint, "/favicon.ico", own["icon.svg"])
    for name in FOR_OTHERS:
        _route(blueprint, f"/{name}", _file(DIST / name, HEADERS | PUBLIC))
    blueprint.add_route(page_file, "/page/<name:str>", methods=["GET", "HEAD"])
    blueprint.add_route(words, "/widget/<language:str>", methods=["GET", "HEAD"])
    return blueprint


def _words(settings: Settings, language: str) -> str:
    return json.dumps(config(settings, language), ensure_ascii=False)


def _page(name: str, settings: Settings, headers: Headers) -> Answer:
    """Answers with a page in the language that is set, which holds what the widget would have to fetch otherwise."""
    wording = Wording(spoken(settings.language, "en"))
    fixed = {
        "language": wording.language,
        "direction": direction(wording.language),
        "exit_url": settings.exit_url,
        "name": settings.helpline_name or wording.text("utter_page_title"),
    }
    values: dict[str, Any] = {"minutes": settings.session_idle_minutes, "exit_word": wording.text("utter_word_exit")}

    def filled(place: re.Match[str]) -> str:
        if place[1] == "config":
            return place[0]
        return escape(fixed[place[1]] if place[1] in fixed else wording.text(f"utter_page_{place[1]}", **values))

    page = _PLACE.sub(filled, (STATIC / name).read_text(encoding="utf-8"))

    def answer(request: Request) -> HTTPResponse:
        content = page.replace("{{ config }}", escape(_words(settings, wording.language)))
        return _answer(request, content.encode(), "text/html; charset=utf-8", headers)

    return answer


def _file(path: Path, headers: Headers) -> Answer:
    """Answers with a file as it is now."""
    content, kind = path.read_bytes(), f"{KINDS[path.suffix]}; charset=utf-8"
    return lambda request: _answer(request, content, kind, headers)


def _answer(request: Request, content: bytes, kind: str, headers: Headers) -> HTTPResponse:
    """The content, packed where the browser can unpack it."""
    headers = headers | {"Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return raw(content, 200, headers, kind)
    return raw(_packed(content), 200, headers | {"Content-Encoding": "gzip"}, kind)


@lru_cache(maxsize=32)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _route(blueprint: Blueprint, path: str, answer: Answer) -> None:
    async def handler(request: Request) -> HTTPResponse:
        return answer(request)

    name = path.strip("/").replace(".", "_") or "index"
    blueprint.add_route(handler, path, methods=["GET", "HEAD"], name=name)
