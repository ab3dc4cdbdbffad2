"""What a browser gets besides the web channel: the demo helpline page, the widget, its words, and its frame."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
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

HERE = Path(__file__).parent
STATIC, DIST = HERE / "static", HERE / "dist"
KINDS = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}
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
    index = _prepared(_rendered("page.html", settings), ".html", POLICY.format(framed_by="'none'"))
    embed = _prepared(_rendered("embed.html", settings), ".html", POLICY.format(framed_by=framed_by), framed=True)
    own = {
        path.name: _prepared(path.read_bytes(), path.suffix, POLICY.format(framed_by="'none'"))
        for path in STATIC.iterdir()
        if path.suffix in (".css", ".svg")
    }
    shared = {name: _prepared((DIST / name).read_bytes(), Path(name).suffix, "", PUBLIC) for name in FOR_OTHERS}
    missing = _prepared(b"", ".css", POLICY.format(framed_by="'none'"), status=404)

    async def page_file(request: Request, name: str) -> HTTPResponse:
        return own.get(name, missing)(request)

    async def words(request: Request, language: str) -> HTTPResponse:
        content = json.dumps(config(settings, language), ensure_ascii=False).encode()
        return raw(content, content_type="application/json", headers=HEADERS | PUBLIC)

    blueprint = Blueprint("pages")
    _route(blueprint, "/", index)
    _route(blueprint, "/embed", embed)
    _route(blueprint, "/favicon.ico", own["icon.svg"])
    for name in FOR_OTHERS:
        _route(blueprint, f"/{name}", shared[name])
    blueprint.add_route(page_file, "/page/<name:str>", methods=["GET", "HEAD"])
    blueprint.add_route(words, "/widget/<language:str>", methods=["GET", "HEAD"])
    return blueprint


def rendered(settings: Settings) -> str:
    """The demo page's HTML in the language that is set."""
    return _rendered("page.html", settings).decode()


def _rendered(name: str, settings: Settings) -> bytes:
    wording = Wording(spoken(settings.language, "en"))
    fixed = {
        "language": wording.language,
        "direction": direction(wording.language),
        "exit_url": settings.exit_url,
        "name": settings.helpline_name or wording.text("utter_page_title"),
    }
    values: dict[str, Any] = {"minutes": settings.session_idle_minutes, "exit_word": wording.text("utter_word_exit")}

    def filled(place: re.Match[str]) -> str:
        return escape(fixed[place[1]] if place[1] in fixed else wording.text(f"utter_page_{place[1]}", **values))

    return _PLACE.sub(filled, (STATIC / name).read_text(encoding="utf-8")).encode()


def _prepared(
    content: bytes,
    suffix: str,
    policy: str,
    more: dict[str, str] | None = None,
    framed: bool = False,
    status: int = 200,
) -> Callable[[Request], HTTPResponse]:
    """Answers with this content, packed where the browser can unpack it."""
    headers = HEADERS | {"Vary": "Accept-Encoding"} | (more or {})
    if policy:
        headers["Content-Security-Policy"] = policy
    if framed:
        del headers["Cross-Origin-Opener-Policy"]
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    packed = gzip.compress(content, 9, mtime=0)

    def answer(request: Request) -> HTTPResponse:
        kind = f"{KINDS[suffix]}; charset=utf-8"
        if "gzip" in request.headers.get("accept-encoding", ""):
            return raw(packed, status, {**headers, "Content-Encoding": "gzip"}, kind)
        return raw(content, status, dict(headers), kind)

    return answer


def _route(blueprint: Blueprint, path: str, answer: Callable[[Request], HTTPResponse]) -> None:
    async def handler(request: Request) -> HTTPResponse:
        return answer(request)

    name = path.strip("/").replace(".", "_") or "index"
    blueprint.add_route(handler, path, methods=["GET", "HEAD"], name=name)
