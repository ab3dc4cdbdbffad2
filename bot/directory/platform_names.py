"""Names and addresses of platforms in a message, as ids of the directory or as host names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.directory.gazetteer_files import rows, word_set
from bot.directory.gazetteer_index import name_key
from bot.directory.gazetteer_platforms import cues_of, is_excluded
from bot.directory.gazetteer_text import Token, tokens_of
from bot.directory.platform_addresses import Address, PlatformAddresses
from bot.directory.platform_sense import Scene, Sense
from bot.directory.platform_spelling import PlatformSpelling

SEED = Path(__file__).parent / "seed" / "platforms"
_LONGEST_ALIAS = 3
_SHORTEST_TARGET = 6
_SHORTEST_PLAIN = 3
_LIKELY = 0.45
_SURELY = 0.6
"""How likely the app must be meant for the word to be taken, and for it to be taken without asking back."""
_SURE = frozenset({"always", "unjoined"})
_APP = word_set("platform app")
_NO_ALIASES = frozenset({"generic_host", "cloudflare_site"})
_COMMON = {"of": word_set("platform before of"), "face": word_set("platform before face")}
"""Words too common to be judged each time: in small letters only after one of these."""


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
class Alias:
    """A word of the gazetteer: `rule` says when it is taken, "" never; `asking` names cues."""

    word: str
    value: str
    rule: str
    asking: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A word of the message that names a platform or may name one; `features` only where that is learned."""

    alias: Alias
    text: str
    start: int
    end: int
    cues: frozenset[str]
    features: tuple[str, ...] = ()


class PlatformNames:
    """Finds platforms by name, nickname, misspelling or address."""

    def __init__(self, platforms: Iterable[dict[str, Any]], sense: Sense | None = None) -> None:
        self._sense = sense
        self._spelt: set[str] = {"twitter", "imessage", "icloud", "gmail", "google"}
        self._aliases: dict[str, Alias] = {}
        domains = {host: value for host, value in rows("platform_domains.tsv")}
        for platform in platforms:
            self._add_platform(platform, domains)
        for row in rows("platform_aliases.tsv"):
            word, value, rule, asking = (*row, "", "")[:4]
            key = name_key(word)
            self._aliases[key] = Alias(key, value, rule, frozenset(asking.split(",")) - {""})
        targets = {key for key in self._spelt if _is_target(key, self._aliases.get(key))}
        plain = {key for key, alias in self._aliases.items() if alias.rule and len(key) >= _SHORTEST_PLAIN}
        self._spelling = PlatformSpelling(targets, plain)
        self._addresses = PlatformAddresses(domains, self._always)

    @staticmethod
    @lru_cache(maxsize=4)
    def load(folder: Path = SEED) -> PlatformNames:
        """Names of the platform files in a folder; one instance per process and folder."""
        return PlatformNames(entries(folder), Sense.load())

    def find(self, text: str) -> list[PlatformMention]:
        """The platforms of a message in their order; those said not to be involved are left out."""
        addresses, candidates = self.read(text)
        found = [PlatformMention(each.text, each.start, each.end, each.value) for each in addresses]
        for candidate in candidates:
            judged = self._judge(candidate)
            if judged is not None:
                where = (candidate.text, candidate.start, candidate.end)
                found.append(PlatformMention(*where, candidate.alias.value, judged == "ask"))
        unique: dict[str, PlatformMention] = {}
        for mention in sorted(found, key=lambda mention: mention.start):
            if mention.value not in unique or (unique[mention.value].ambiguous and not mention.ambiguous):
                unique[mention.value] = mention
        return sorted(unique.values(), key=lambda mention: mention.start)

    def read(self, text: str) -> tuple[list[Address], list[Candidate]]:
        """The addresses of a message, and the words that may name a platform that is involved."""
        addresses, parted = self._addresses.find(text)
        hidden = {place for address in addresses for place in range(address.start, address.end)}
        tokens = [token for token in tokens_of(parted) if token.start not in hidden]
        return addresses, self._candidates(text, tokens, bool(addresses))

    def _judge(self, candidate: Candidate) -> str | None:
        """sure, ask, or None where the word means something else."""
        alias = candidate.alias
        if alias.rule in _SURE:
            return "sure"
        if alias.asking & candidate.cues:
            return "ask"
        if "alone" in candidate.cues:
            return "sure" if alias.rule == "alone" else None
        if self._sense is None or not candidate.features:
            return None
        likely = self._sense.probability(candidate.features)
        return None if likely < _LIKELY else "sure" if likely >= _SURELY else "ask"

    def _always(self, word: str) -> str | None:
        alias = self._aliases.get(word)
        return alias.value if alias and alias.rule in _SURE else None

    def _add_platform(self, platform: dict[str, Any], domains: dict[str, str]) -> None:
        value = str(platform["id"])
        for domain in platform.get("domains") or ():
            domains.setdefault(str(domain).lower(), value)
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
                self._aliases[key] = Alias(key, value, "learned", frozenset({"on"}))
            else:
                self._aliases.setdefault(key, Alias(key, value, "always"))

    def _candidates(self, text: str, tokens: list[Token], addressed: bool) -> list[Candidate]:
        words = tuple(token.text for token in tokens)
        matches = self._matches(text, tokens, words)
        sure = {p for first, last, alias in matches if alias.rule in _SURE for p in range(first, last)}
        open_ = {p for first, last, alias in matches if alias.rule != "always" for p in range(first, last)}
        scene = Scene(text, tokens, sure, open_, addressed)
        found: list[Candidate] = []
        excluded_until = -1
        for first, last, alias in matches:
            if is_excluded(words, first, excluded_until):
                excluded_until = last
                continue
            features = scene.features(alias.word, first, last) if alias.rule in ("learned", "alone") else []
            start, end = tokens[first].start, tokens[last - 1].end
            cues = cues_of(words, first, last)
            found.append(Candidate(alias, text[start:end], start, end, cues, tuple(features)))
        return found

    def _matches(self, text: str, tokens: list[Token], words: tuple[str, ...]) -> list[tuple[int, int, Alias]]:
        found: list[tuple[int, int, Alias]] = []
        position = 0
        while position < len(words):
            match = self._alias_at(words, position)
            if match is None:
                position += 1
                continue
            common = self._is_common(text, tokens, position, match[1])
            if not common and not (match[1].rule == "unjoined" and _is_joined(text, tokens, match[0])):
                found.append((position, *match))
            position = match[0]
        return found

    def _is_common(self, text: str, tokens: list[Token], position: int, alias: Alias) -> bool:
        around = _COMMON.get(alias.word)
        written = text[tokens[position].start : tokens[position].end]
        if around is None or (written.isupper() and not text.isupper()):
            return False
        return position == 0 or tokens[position - 1].text not in around

    def _alias_at(self, words: tuple[str, ...], first: int) -> tuple[int, Alias] | None:
        for last in range(min(first + _LONGEST_ALIAS, len(words)), first, -1):
            alias = self._aliases.get(" ".join(words[first:last]))
            if alias is not None:
                return last, alias
        name = self._spelling.name_of(words[first])
        return (first + 1, self._aliases[name]) if name else None


def entries(folder: Path = SEED) -> list[dict[str, Any]]:
    """What the platform files of a folder hold."""
    return [entry for file in sorted(folder.glob("*.yaml")) for entry in _entries(file)]


def _is_joined(text: str, tokens: list[Token], last: int) -> bool:
    """True where a hyphen ties the word before `last` to one that is no part of an app ("insta-famous")."""
    if last >= len(tokens) or text[tokens[last - 1].end : tokens[last].start] not in ("-", "‐", "‑"):
        return False
    return tokens[last].text not in _APP


def _is_target(key: str, alias: Alias | None) -> bool:
    return alias is not None and len(key) >= _SHORTEST_TARGET and " " not in key


def _entries(file: Path) -> list[dict[str, Any]]:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    if isinstance(content, dict) and "platforms" in content:
        content = content["platforms"]
    return content if isinstance(content, list) else [content]
