"""A message as tokens, with what can be asked about the surroundings of a name in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.directory.gazetteer_files import word_set
from bot.directory.gazetteer_index import Entry
from bot.directory.gazetteer_roles import PREPOSITIONS, Claim, clause_before, is_residence
from bot.directory.gazetteer_text import Token

FILLERS = word_set("place answer fillers")
"""Words that may surround a place in a bare answer to "where do you live"."""

LONGEST_CLAUSE = 24
"""Words further back than this say nothing about a place, and reading them all takes long."""

_SHORTENED = {"frm": "from", "fron": "from", "livin": "living", "livng": "living", "iam": "im"}
_VERBS_BEFORE = frozenset({"live", "living", "to", "at", "of"})


@dataclass(frozen=True)
class Candidate:
    """A place name: token and character span, what it can mean, and what is claimed by it.

    sure: the word stands where a place would; else it is as likely a person's name or another word.
    decides: it tells which of several places is meant ("the Scottish one").
    """

    first: int
    last: int
    start: int
    end: int
    entry: Entry
    key: str
    claim: Claim = field(default=Claim("other"))
    joined: bool = False
    sure: bool = True
    decides: bool = False
    offered_with: Candidate | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that the name stands for here."""
        return self.entry.codes


class Message:
    """The tokens of a message and what can be asked about their surroundings."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.words = tuple(_SHORTENED.get(token.text, token.text) for token in tokens)
        self._outside = [position for position, word in enumerate(self.words) if word not in FILLERS]
        letters = [character for character in text if character.isalpha()]
        self.shouted = len(letters) > 6 and all(character.isupper() for character in letters)

    def upper(self, candidate: Candidate) -> bool:
        """True where a name is in capitals and the whole message is not."""
        return self.text[candidate.start : candidate.end].isupper() and not self.shouted

    def capital(self, candidate: Candidate) -> bool:
        """True where a name starts with a capital letter and the whole message is not in capitals."""
        return self.text[candidate.start].isupper() and not self.shouted

    def before(self, candidate: Candidate) -> str:
        """The word before a name, leaving "the" out, or ""."""
        position = candidate.first - 1
        while position >= 0 and self.words[position] == "the":
            position -= 1
        return self.words[position] if position >= 0 else ""

    def clause(self, position: int) -> tuple[str, ...]:
        """The words of the clause before a token position."""
        return clause_before(self.words[max(0, position - LONGEST_CLAUSE) : position])

    def only(self, covered: set[int]) -> bool:
        """True where nothing but fillers stands outside the covered token positions."""
        return len(self._outside) <= len(covered) and all(position in covered for position in self._outside)

    def is_slot(self, position: int) -> bool:
        """True where a place may well stand, so that a misspelling is worth looking up."""
        left = [word for word in self.words[max(0, position - 3) : position] if word != "the"]
        if not left or left[-1] in PREPOSITIONS:
            return bool(left)
        return left[-1] in _VERBS_BEFORE and is_residence(self.clause(position))
