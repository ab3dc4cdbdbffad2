"""Requests and answers of the web channel: origins, sizes, headers, errors."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.errors import Refused

SAFE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT_SECONDS = 600


async def body_of(request: Request, most_bytes: int, any_type: bool = False) -> dict[str, Any]:
    """The JSON object of a request's body, empty where there is no body.

    Reads no more than allowed. Raises Refused for what is too long, not JSON or not an object.
    """
    content = await _read(request, most_bytes)
    if not content:
        return {}
    kind = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if not any_type and kind != "application/json":
        raise Refused("not_json")
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        raise Refused("malformed") from None
    if not isinstance(body, dict):
        raise Refused("malformed")
    return body


async def _read(request: Request, most_bytes: int) -> bytes:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > most_bytes:
        raise Refused("too_long")
    content = b""
    while request.stream is not None:
        chunk = await request.stream.read()
        if not chunk:
            break
        content += chunk
        if len(content) > most_bytes:
            raise Refused("too_long")
    return content


def text_field(body: dict[str, Any], name: str, most_characters: int) -> str | None:
    """A text of the body, None where it is absent. Raises Refused for another kind or a longer text."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Refused("malformed")
    if len(value) > most_characters:
        raise Refused("too_long")
    return value


def bearer(request: Request) -> str | None:
    """The token of the Authorization header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def address(request: Request) -> str:
    """The client's address; behind proxies the one that Sanic's own proxy settings trust."""
    return request.remote_addr or request.ip


def check_origin(request: Request, allowed: tuple[str, ...]) -> str | None:
    """The other origin that may read the answer, None where the page is ours or there is no page.

    Raises Refused for an origin that is not allowed.
    """
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc.lower() == request.host.lower():
        return None
    if origin.lower() in {known.lower().rstrip("/") for known in allowed}:
        return str(origin)
    raise Refused("origin_not_allowed")


def preflight(origin: str | None) -> HTTPResponse:
    """The answer to a browser that asks what a page may send."""
    headers = (
        {}
        if origin is None
        else {
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type",
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        }
    )
    return response.empty(headers=headers)


def refusal(refused: Refused, language: str) -> HTTPResponse:
    """The answer to a request that is not answered."""
    headers = {}
    if refused.retry_after_seconds is not None:
        headers["Retry-After"] = str(refused.retry_after_seconds)
    return response.json(refused.body(language), status=refused.status, headers=headers)


def finish(answer: HTTPResponse, origin: str | None) -> None:
    """Put on every answer what protects it, and which other page may read it."""
    answer.headers.update(SAFE_HEADERS)
    answer.headers["Vary"] = "Origin"
    if origin is not None:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
