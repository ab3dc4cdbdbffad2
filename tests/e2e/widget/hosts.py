"""Pages of other people that carry the widget: strict, hostile, framed, and built by a framework."""

from __future__ import annotations

import time

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

STRICT = (
    "default-src 'none'; script-src {bot}; connect-src {bot}; style-src {bot}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
CORNER = '<steady-chat server="{bot}"></steady-chat>'
# Everything that a careless or a spiteful style sheet does to what it meets.
HOSTILE = """
html { font-size: 5px }
* { all: unset !important; color: #ff0 !important; background: #ff0 !important; font: 3px fantasy !important;
    letter-spacing: 2em !important; text-transform: uppercase !important; visibility: hidden }
steady-chat { display: none !important; opacity: 0 !important; transform: scale(0.1) !important; zoom: 0.2 }
button, a, dialog, textarea, ol, li { display: none !important; position: static !important }
"""
PAGES = {
    "corner": ("", CORNER),
    "hostile": (f"<style>{HOSTILE}</style>", CORNER),
    "attributes": (
        "<style>steady-chat { --steady-accent: rgb(90, 20, 120); --steady-on-accent: #fff; }</style>",
        '<steady-chat server="{bot}" position="start" language="en" exit="{bot}/elsewhere" label="Talk to us"'
        ' opening="Our helpers read along in office hours."></steady-chat>',
    ),
    "bad exit": ("", '<steady-chat server="{bot}" exit="javascript:alert(1)"></steady-chat>'),
    "no server": ("", '<steady-chat server="http://127.0.0.1:9"><a href="/elsewhere">Other ways</a></steady-chat>'),
    "frame": ("", '<iframe title="Chat" src="{bot}/embed" width="420" height="700"></iframe>'),
}


def page(name: str, bot: str) -> str:
    """The HTML of one of these pages. The lines before the widget give the page something to scroll and focus."""
    head, body = (part.replace("{bot}", bot) for part in PAGES[name])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">{head}'
        f'<script type="module" src="{bot}/widget.js"></script></head><body><main><h1>Host</h1>'
        f'<p><a href="#top">A link of the page</a></p><p>{"Words. " * 200}</p></main>{body}</body></html>'
    )


def hosts(bot: str) -> Sanic:
    """A server of another origin with these pages. `/strict` is the corner under a policy that allows nothing else."""
    app = Sanic(f"hosts_{time.monotonic_ns()}", configure_logging=False)

    async def shown(request: Request, name: str) -> HTTPResponse:
        return response.html(page(name.replace("%20", " "), bot))

    async def strict(request: Request) -> HTTPResponse:
        html = page("corner", bot).replace('<link rel="icon" href="data:,">', "")
        return response.html(html, headers={"Content-Security-Policy": STRICT.format(bot=bot)})

    async def elsewhere(request: Request) -> HTTPResponse:
        return response.html("<!doctype html><title>Elsewhere</title><p>Elsewhere")

    app.add_route(shown, "/host/<name:str>")
    app.add_route(strict, "/strict")
    app.add_route(elsewhere, "/elsewhere")
    return app
