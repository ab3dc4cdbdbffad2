"""Names and addresses of platforms in a message, as ids of the directory or as host names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.directory.gazetteer_files import rows
from bot.directory.gazetteer_index import name_key
from bot.directory.gazetteer_platforms import ALWAYS, cues_of, is_excluded
from bot.directory.gazetteer_text import Token, tokens_of

SEED = Path(__file__).parent / "seed" / "platforms"
_ADDRESS = re.compile(
    r"(?<![@\w.])(?P<scheme>https?://)?(?P<host>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<ending>[a-z]{2,}))"
    r"(?::\d+)?(?P<path>/[^\s]*)?(?![@\w])",
    re.I,
)
_SPOKEN = re.compile(r"\b(?P<name>[a-z0-9-]+) dot (?P<ending>com|net|org|tv|me|nz|gg|xxx)\b", re.I)
_SUBREDDIT = re.compile(r"(?<!\w)/?r/\w+", re.I)
_NO_HOSTS = frozenset({"name", "something", "whatever", "the", "surname", "lastname", "firstname"})
_LONGEST_ALIAS = 3
_SHORTEST_SPELLING = 5
_SHORTEST_TARGET = 6
_NO_ALIASES = frozenset({"generic_host", "cloudflare_site"})


@dataclass(frozen=True)
class PlatformMention:
    """A platform in the message: its words, character offsets, and value (directory id or host name).

    ambiguous: the word may mean something else, so the person should be asked.
    """

    text: str
    start: int
    end: int
    value: str
    ambiguous: bool = False


@dataclass(frozen=True)
class _Alias:
    value: str
    sure: frozenset[str]
    asking: frozenset[str]


class PlatformNames:
    """Finds platforms by name, nickname, misspelling or address."""

    def __init__(self, platforms: Iterable[dict[str, Any]]) -> None:
        self._spelt: set[str] = {"twitter", "imessage", "icloud", "gmail"}
        self._domains = {host: value for host, value in rows("platform_domains.tsv")}
        self._aliases: dict[str, _Alias] = {}
        for platform in platforms:
            self._add_platform(platform)
        for row in rows("platform_aliases.tsv"):
            word, value, sure, asking = (*row, "", "")[:4]
            self._aliases[name_key(word)] = _Alias(value, _cues(sure), _cues(asking))
        self._endings = {ending: rule for ending, rule in rows("host_endings.tsv")}
        self._known_words = {row[0] for row in rows("not_platforms.txt")}
        self._targets = [key for key in self._spelt if _is_target(key, self._aliases.get(key))]

    @staticmethod
    @lru_cache(maxsize=4)
    def load(folder: Path = SEED) -> PlatformNames:
        """Names of the platform files in a folder; one instance per process and folder."""
        files = sorted(folder.glob("*.yaml"))
        return PlatformNames(entry for file in files for entry in _entries(file))

    def find(self, text: str) -> list[PlatformMention]:
        """The platforms of a message in their order; those said not to be involved are left out."""
        addresses = list(self._addresses(text))
        hidden = {place for address in addresses for place in range(address.start, address.end)}
        tokens = [token for token in tokens_of(text) if token.start not in hidden]
        named = self._named(text, tokens)
        found = sorted([*addresses, *named], key=lambda mention: mention.start)
        unique: dict[str, PlatformMention] = {}
        for mention in found:
            if mention.value not in unique or (unique[mention.value].ambiguous and not mention.ambiguous):
                unique[mention.value] = mention
        return sorted(unique.values(), key=lambda mention: mention.start)

    def _add_platform(self, platform: dict[str, Any]) -> None:
        value = str(platform["id"])
        for domain in platform.get("domains") or ():
            self._domains.setdefault(str(domain).lower(), value)
        if value in _NO_ALIASES:
            return
        doubtful = {name_key(word) for word in platform.get("ambiguous_aliases") or ()}
        plain_name = re.split(r" \(| and | / |, |: ", str(platform["name"]))[0]
        self._spelt.add(name_key(plain_name))
        for word in [plain_name, value.replace("_", " "), *(platform.get("aliases") or ()), *doubtful]:
            key = name_key(word)
            if len(key) < 2 or "." in word:
                continue
            if key in doubtful:
                self._aliases[key] = _Alias(value, frozenset({"app"}), frozenset({"on"}))
            else:
                self._aliases.setdefault(key, _Alias(value, ALWAYS, frozenset()))

    def _addresses(self, text: str) -> Iterator[PlatformMention]:
        for match in _ADDRESS.finditer(text):
            host = match["host"].lower().removeprefix("www.")
            value = self._platform_of(host)
            marked = bool(match["scheme"] or match["path"] or match["host"].lower().startswith("www."))
            rule = self._endings.get(match["ending"].lower())
            if value is None and (rule == "address" or (marked and (rule or match["scheme"]))):
                value = host
            if value is not None:
                yield PlatformMention(match.group(), match.start(), match.end(), value)
        for match in _SPOKEN.finditer(text):
            if match["name"].lower() in _NO_HOSTS:
                continue
            host = f"{match['name']}.{match['ending']}".lower()
            yield PlatformMention(match.group(), match.start(), match.end(), self._platform_of(host) or host)
        for match in _SUBREDDIT.finditer(text):
            yield PlatformMention(match.group(), match.start(), match.end(), "reddit")

    def _platform_of(self, host: str) -> str | None:
        labels = host.split(".")
        for position in range(len(labels) - 1):
            value = self._domains.get(".".join(labels[position:]))
            if value is not None:
                return value
        return self._domains.get("google.com") if labels[0] == "google" or labels[-2:-1] == ["google"] else None

    def _named(self, text: str, tokens: list[Token]) -> list[PlatformMention]:
        words = tuple(token.text for token in tokens)
        found: list[tuple[int, int, _Alias]] = []
        position = 0
        while position < len(words):
            match = self._alias_at(words, position)
            if match is None:
                position += 1
            else:
                found.append((position, match[0], match[1]))
                position = match[0]
        mentions: list[PlatformMention] = []
        listed: set[int] = {p for first, last, alias in found if alias.sure == ALWAYS for p in range(first, last)}
        excluded_until = -1
        for first, last, alias in found:
            start, end = tokens[first].start, tokens[last - 1].end
            if is_excluded(words, first, excluded_until):
                excluded_until = last
                continue
            cues = cues_of(words, first, last, listed, text[start:end])
            if alias.sure & cues:
                listed |= set(range(first, last))
                mentions.append(PlatformMention(text[start:end], start, end, alias.value))
            elif alias.asking & cues:
                mentions.append(PlatformMention(text[start:end], start, end, alias.value, True))
        return mentions

    def _alias_at(self, words: tuple[str, ...], first: int) -> tuple[int, _Alias] | None:
        for last in range(min(first + _LONGEST_ALIAS, len(words)), first, -1):
            alias = self._aliases.get(" ".join(words[first:last]))
            if alias is not None:
                return last, alias
        word = words[first]
        if len(word) < _SHORTEST_SPELLING or word in self._known_words:
            return None
        allowed = 1 if len(word) < 8 else 2
        best = process.extractOne(word, self._targets, scorer=OSA.distance, score_cutoff=allowed)
        if best is None or best[0][0] != word[0]:
            return None
        return first + 1, self._aliases[best[0]]


def _is_target(key: str, alias: _Alias | None) -> bool:
    return alias is not None and len(key) >= _SHORTEST_TARGET and " " not in key


def _cues(listed: str) -> frozenset[str]:
    return frozenset(cue for cue in listed.split(",") if cue)


def _entries(file: Path) -> list[dict[str, Any]]:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    if isinstance(content, dict) and "platforms" in content:
        content = content["platforms"]
    return content if isinstance(content, list) else [content]
