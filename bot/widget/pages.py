"""The demo page at `/`: a plain chat on the web channel, from our own host only."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from bot.nlg.wording import Wording
from bot.settings import Settings

STATIC = Path(__file__).with_name("static")
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
WORDS = (
    "sheet_title",
    "opening",
    "typing",
    "you_said",
    "bot_said",
    "choices",
    "progress",
    "done",
    "started",
    "open",
    "your_steps",
    "emergency",
    "text_line",
    "chat_line",
    "web_line",
    "new_tab",
    "left",
    "over",
    "escape_again",
    "not_sent",
    "try_again",
    "wait",
    "no_chat",
    "ended",
    "start_new",
)
STEPS = ("evidence", "report", "accounts", "counsel")
_PLACE = re.compile(r"\{\{ (\w+) \}\}")


def pages(settings: Settings) -> Blueprint:
    """The blueprint of the demo page. Raises ValueError where the exit is no web address."""
    blueprint = Blueprint("pages")
    page = rendered(settings).encode()
    files = {path.name: (path.read_bytes(), KINDS[path.suffix]) for path in STATIC.iterdir() if path.suffix in KINDS}

    async def index(request: Request) -> HTTPResponse:
        return _answer(page, "text/html")

    async def file(request: Request, name: str) -> HTTPResponse:
        content, kind = files.get(name, (b"", "text/plain"))
        return _answer(content, kind, status=200 if name in files else 404)

    async def icon(request: Request) -> HTTPResponse:
        return _answer(*files["icon.svg"])

    for path, handler in (("/", index), ("/page/<name:str>", file), ("/favicon.ico", icon)):
        blueprint.add_route(handler, path, methods=["GET", "HEAD"])
    return blueprint


def rendered(settings: Settings) -> str:
    """The page's HTML in the language that is set. Raises ValueError where the exit is no web address."""
    if urlsplit(settings.exit_url).scheme not in ("http", "https"):
        raise ValueError("STEADY_EXIT_URL must begin with https:// or http://")
    wording = Wording(settings.language)
    values: dict[str, Any] = {
        "minutes": str(settings.session_idle_minutes),
        "exit_word": wording.text("utter_word_exit"),
    }
    fixed = {
        "language": wording.language,
        "direction": Locale.parse(wording.language, sep="-").text_direction,
        "exit_url": settings.exit_url,
        "limit": str(settings.max_characters),
        **values,
    }

    def filled(place: re.Match[str]) -> str:
        name = place[1]
        return escape(fixed[name] if name in fixed else wording.text(f"utter_page_{name}", **values))

    template = (STATIC / "page.html").read_text(encoding="utf-8")
    return _PLACE.sub(filled, template).replace("<!-- words -->", _words(wording, values))


def _words(wording: Wording, values: dict[str, Any]) -> str:
    """What the script says, as elements of a template, because no inline script is allowed."""
    said = {name: wording.variant(f"utter_page_word_{name}")["text"] for name in WORDS}
    said |= {f"step_{step}": wording.text(f"utter_step_{step}") for step in STEPS}
    said["exit"] = values["exit_word"]
    said["not_erased"] = wording.text("utter_page_word_not_erased", **values)
    return "\n".join(f'<p data-word="{name}">{escape(text)}</p>' for name, text in said.items())


def _answer(content: bytes, kind: str, status: int = 200) -> HTTPResponse:
    return raw(content, status=status, content_type=f"{kind}; charset=utf-8", headers=dict(HEADERS))
