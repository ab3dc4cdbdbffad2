"""Website addresses in a message, also spoken ("pornhub dot com"), mistyped or made harmless ("x[.]com")."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.directory.gazetteer_files import rows

_ADDRESS = re.compile(
    r"(?<![@\w.-])(?P<scheme>https?://|hxxps?://)?"
    r"(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}(?P<ending>[a-z]{2,24}))"
    r"(?::\d+)?(?P<path>/[^\s]*)?(?![@\w])",
    re.I,
)
_SPOKEN = re.compile(
    r"\b(?P<name>[a-z0-9-]{1,63}(?: dot [a-z0-9-]{1,63}){0,2})"
    r" ?(?:\bdot|[\[(]\.[\])]|[\[(]dot[\])]) ?(?P<ending>com|net|org|tv|me|nz|gg|xxx|io|app|co|ru|us|cc|social)\b",
    re.I,
)
_SUBREDDIT = re.compile(r"(?<![\w/])/?(?:r ?/ ?\w+|u/[a-z]\w{2,})", re.I)
_FILES = frozenset(
    {"jpg", "jpeg", "png", "gif", "heic", "mp4", "mov", "avi", "mp3", "pdf", "zip", "doc", "docx", "txt"}
)
_MISTYPED = frozenset({"con", "comm", "vom", "cim", "xom", "cpm", "coms", "net"})
_NO_HOSTS = frozenset({"name", "something", "whatever", "the", "surname", "lastname", "firstname", "a", "then"})
_SHORTEST_NAME = 5


@dataclass(frozen=True)
class Address:
    """A website address in the message: its words, character offsets, and value (directory id or host name)."""

    text: str
    start: int
    end: int
    value: str


class PlatformAddresses:
    """Finds website addresses; `named` tells the platform that a word always names, or None."""

    def __init__(self, domains: dict[str, str], named: Callable[[str], str | None]) -> None:
        self._domains = domains
        self._named = named
        self._endings = {ending: rule for ending, rule in rows("host_endings.tsv")}

    def find(self, text: str) -> tuple[list[Address], str]:
        """The addresses, and the text in which a full stop without a space ("snap.he said") parts words."""
        found: list[Address] = []
        parted = text
        for match in _ADDRESS.finditer(text):
            value = self._value(match)
            if value is not None:
                found.append(Address(match.group(), match.start(), match.end(), value))
            elif not (match["scheme"] or match["path"] or match["ending"].lower() in _FILES):
                stop = match.start("host"), match.end("host")
                parted = parted[: stop[0]] + match["host"].replace(".", "\n") + parted[stop[1] :]
        found += self._spoken(text)
        return found, parted

    def _value(self, match: re.Match[str]) -> str | None:
        host = match["host"].lower().removeprefix("www.")
        marked = bool(match["scheme"] or match["path"] or match["host"].lower().startswith("www."))
        rule = self._endings.get(match["ending"].lower())
        value = self._platform_of(host)
        if value is None and (rule == "address" or (marked and (rule or match["scheme"]))):
            return host
        return value

    def _spoken(self, text: str) -> Iterator[Address]:
        for match in _SPOKEN.finditer(text):
            name = match["name"].lower()
            if name in _NO_HOSTS:
                continue
            host = f"{name}.{match['ending']}".lower().replace(" dot ", ".")
            yield Address(match.group(), match.start(), match.end(), self._platform_of(host) or host)
        for match in _SUBREDDIT.finditer(text):
            yield Address(match.group(), match.start(), match.end(), "reddit")

    def _platform_of(self, host: str) -> str | None:
        labels = host.split(".")
        for position in range(len(labels) - 1):
            value = self._domains.get(".".join(labels[position:]))
            if value is not None:
                return value
        if labels[0] == "google" or labels[-2:-1] == ["google"]:
            return self._domains.get("google.com")
        return self._named(labels[0]) if len(labels[0]) >= _SHORTEST_NAME and _is_loose(labels[1:]) else None


def _is_loose(endings: list[str]) -> bool:
    """True for endings that people type after a platform's name: a country's ("co.uk"), or a slip ("con")."""
    inner = set(endings[:-1]) <= {"co", "com"} and len(endings) <= 2
    return inner and (len(endings[-1]) == 2 or endings[-1] in _MISTYPED)
