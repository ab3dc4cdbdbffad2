"""What surrounds a place name, as features from which the role classifier learns whose place it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from bot.directory.gazetteer_files import rows, word_set
from bot.directory.gazetteer_message import Candidate, Message

PLACE = "<place>"
"""Stands for the other places of the message, so that no name is learnt by heart."""

_ENDS = frozenset(".!?\n;")
_MARKS = frozenset(",:()/") | _ENDS
_CLAUSES = word_set("clause starts") | {"and", "or", "who", "which", "where", "when"}
_BAG, _FAR, _SPAN, _AROUND = 8, 16, 30, 50
_PERSONS = frozenset({"me", "they", "offender", "kin", "circle"})


@cache
def families() -> dict[str, tuple[str, ...]]:
    """For each word of `cues.tsv` the families that it belongs to."""
    found: dict[str, list[str]] = {}
    for family, words in rows("cues.tsv"):
        for word in words.split():
            if family not in found.setdefault(word, []):
                found[word].append(family)
    return {word: tuple(names) for word, names in found.items()}


def masked(message: Message, candidates: Sequence[Candidate]) -> list[str]:
    """The words of a message, with every place name as one or more `PLACE` and numbers as "#"."""
    words = ["#" if word[0].isdigit() else word for word in message.words]
    for candidate in candidates:
        if candidate.sure:
            for position in range(candidate.first, candidate.last):
                words[position] = PLACE
    return words


def cues(message: Message, candidate: Candidate, candidates: Sequence[Candidate], words: Sequence[str]) -> list[str]:
    """The names of the features that hold for one place name of a message."""
    left, right = _sentence(words, candidate)
    found = [*_of_name(candidate, message), *_of_position(left, right, words, candidate)]
    found += _of_words(left, right)
    found += _of_families(left, right)
    found += _of_part(left, right)
    found += _of_next(words, candidate.last + len(right))
    found += _of_others(candidate, candidates)
    return [*found, *(f"{candidate.entry.kind}&{name}" for name in found if name[:3] in {"L1=", "R1=", "LR="})]


def sentence_of(message: Message, candidate: Candidate) -> str:
    """The sentence around a place, with a neutral name in its stead, so that no name is learnt by heart."""
    first, last = candidate.first, candidate.last
    while first > 0 and candidate.first - first < _SPAN and message.words[first - 1] not in _ENDS:
        first -= 1
    while last < len(message.words) and last - candidate.last < _SPAN and message.words[last] not in _ENDS:
        last += 1
    start, end = message.tokens[first].start, message.tokens[last - 1].end
    return message.text[start : candidate.start] + _neutral(candidate) + message.text[candidate.end : end]


def marked(message: Message, candidate: Candidate, named: bool = True) -> str:
    """The message around a place, up to 50 words on either side, with marks about its name.

    Unless `named`, a neutral name stands in its stead.
    """
    name = message.text[candidate.start : candidate.end]
    if not named:
        name = _neutral(candidate)
    first, last = max(0, candidate.first - _AROUND), min(len(message.tokens), candidate.last + _AROUND)
    before = message.text[message.tokens[first].start : candidate.start]
    return f"{before}» {name} «{message.text[candidate.end : message.tokens[last - 1].end]}"


def _neutral(candidate: Candidate) -> str:
    return "Irish" if candidate.entry.kind == "demonym" else "Ireland"


def _sentence(words: Sequence[str], candidate: Candidate) -> tuple[list[str], list[str]]:
    first = candidate.first
    while first > 0 and candidate.first - first < _FAR and words[first - 1] not in _ENDS:
        first -= 1
    last, end = candidate.last, min(len(words), candidate.last + _FAR)
    while last < end and words[last] not in _ENDS:
        last += 1
    return _merged(words[first : candidate.first]), _merged(words[candidate.last : last])


def _merged(words: Sequence[str]) -> list[str]:
    """The words with a name of several words as one."""
    return [w for i, w in enumerate(words) if w != PLACE or i == 0 or words[i - 1] != PLACE]


def _of_name(candidate: Candidate, message: Message) -> Iterator[str]:
    claim = candidate.claim
    yield f"kind={candidate.entry.kind}"
    yield f"claim={claim.role}{claim.rank}"
    yield f"reason={claim.reason}"
    yield f"kind={candidate.entry.kind}&reason={claim.reason}"
    yield f"claim={claim.role}&sure={candidate.sure}"
    yield f"sure={candidate.sure}"
    yield f"rule={candidate.entry.rule}&sure={candidate.sure}"
    yield f"kind={candidate.entry.kind}&claim={claim.role}"
    yield f"capital={message.capital(candidate)}&rule={candidate.entry.rule}"
    if candidate.joined:
        yield "joined"


def _of_position(
    left: Sequence[str], right: Sequence[str], words: Sequence[str], candidate: Candidate
) -> Iterator[str]:
    opens = not left or all(word in _MARKS for word in left)
    plain = [word for word in (*left, *right) if word not in _MARKS]
    known = families()
    persons = [f for word in plain for f in known.get(word, ()) if f in _PERSONS]
    yield f"opens={opens}"
    yield f"closes={not right}"
    yield f"length={min(len(plain), 12) // 3}"
    yield f"subject={persons[0] if persons else 'none'}"
    yield f"opens={opens}&subject={persons[0] if persons else 'none'}"
    yield f"opens={opens}&length={min(len(plain), 12) // 3}"
    starts = all(word in _MARKS or word == PLACE for word in words[: candidate.first])
    yield f"message start={starts}"
    yield f"message end={all(word in _MARKS for word in words[candidate.last :])}"
    yield f"message length={min(len(words), 60) // 12}"
    if not opens:
        yield f"first word={next(word for word in left if word not in _MARKS)}"
    if starts and len(right) == 0:
        yield "is the first sentence"


def _of_words(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    before = ["<s>", "<s>", "<s>", *left]
    after = [*right, "</s>", "</s>", "</s>"]
    for distance in (1, 2, 3):
        yield f"L{distance}={before[-distance]}"
        yield f"R{distance}={after[distance - 1]}"
    yield f"LL={before[-2]} {before[-1]}"
    yield f"RR={after[0]} {after[1]}"
    yield f"LR={before[-1]} {after[0]}"
    yield f"LLL={before[-3]} {before[-2]} {before[-1]}"
    yield from {f"l:{word}" for word in left[-_BAG:]}
    yield from {f"r:{word}" for word in right[:_BAG]}


def _of_families(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    known = families()
    found: set[str] = set()
    nearest = next((f for word in reversed(left) for f in known.get(word, ()) if f in _PERSONS), "none")
    found.add(f"nearest={nearest}")
    following = next((f for word in right for f in known.get(word, ()) if f in _PERSONS), "none")
    found.add(f"following={following}")
    for side, words in (("l", left), ("r", right)):
        for word in words:
            found |= {f"{side}+{family}" for family in known.get(word, ())}
    for distance, word in enumerate(reversed(left[-4:]), start=1):
        found |= {f"L{distance}+{family}" for family in known.get(word, ())}
    for distance, word in enumerate(right[:3], start=1):
        found |= {f"R{distance}+{family}" for family in known.get(word, ())}
    families_left = {f for word in left for f in known.get(word, ())}
    found |= {f"nearest={nearest}&l+{family}" for family in families_left - _PERSONS}
    last = left[-1] if left else "<s>"
    found.add(f"nearest={nearest}&L1={last}")
    yield from sorted(found)


def _of_part(left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    """The part of the sentence between marks and clause words, in which the place stands."""
    known = families()
    before, after = _until(list(reversed(left))), _until(right)
    part = [*reversed(before), *after]
    persons = [f for word in part for f in known.get(word, ()) if f in _PERSONS]
    person = persons[0] if persons else "none"
    yield f"part: who={person}"
    yield f"part: length={min(len(part), 8)}"
    yield f"part: before={min(len(before), 4)}&after={min(len(after), 4)}"
    if part:
        yield f"part: first={part[0]}"
    for family in sorted({f for word in part for f in known.get(word, ())} - _PERSONS):
        yield f"part: {family}"
        yield f"part: {person}&{family}"


def _of_next(words: Sequence[str], end: int) -> Iterator[str]:
    """What the rest says of that place, as in "Is it illegal in Dubai? That is where he works"."""
    known = families()
    following = _merged(words[end : end + _FAR])
    present = [f for word in following for f in known.get(word, ())]
    if "there" in present or "where" in following:
        yield f"then: {next((f for f in present if f in _PERSONS), 'none')}&where"


def _until(words: Sequence[str]) -> list[str]:
    taken: list[str] = []
    for word in words:
        if word in _MARKS or word in _CLAUSES:
            break
        taken.append(word)
    return taken


def _of_others(candidate: Candidate, candidates: Sequence[Candidate]) -> Iterator[str]:
    others = [other for other in candidates if other is not candidate and other.sure]
    yield f"others={min(len(others), 3)}"
    if any(other.claim.role == "own" for other in others):
        yield "another is claimed"
        yield f"another is claimed&kind={candidate.entry.kind}"
    if any(other.claim.role == "own" and other.claim.rank > candidate.claim.rank for other in others):
        yield "another is firmer"
    if any(set(other.codes) & set(candidate.codes) for other in others):
        yield "named again"
    if any(other.first < candidate.first for other in others):
        yield "a place before"
    if any(other.first > candidate.first for other in others):
        yield "a place after"
    if any(other.claim.role == "rejected" for other in others):
        yield "another is rejected"
    if candidate.entry.kind == "demonym" and any(other.entry.kind != "demonym" for other in others):
        yield "a place besides the people"
