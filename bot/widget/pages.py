"""The demo page at `/`: a plain chat on the web channel, from our own host only."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, html

from bot.settings import Settings


def pages(settings: Settings) -> Blueprint:
    """The blueprint of the demo page."""
    blueprint = Blueprint("pages")

    @blueprint.get("/")
    async def index(request: Request) -> HTTPResponse:
        return html("<!doctype html><title>Steady</title>")

    return blueprint
