"""Text as the rules and the classifier read it: folded, normalised, cut into clauses."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\u0060\u00b4\u2032\uff07"), "'")
_QUOTES = dict.fromkeys(map(ord, "\u201c\u201d\u201e\u00ab\u00bb"), '"')
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\u202f\ufeff\t"), " ")
_TABLE = {**_APOSTROPHES, **_QUOTES, **_SPACES}

_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_REPEATED = re.compile(r"(\w)\1{2,}")
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[a-z\W])[.!?…]+(?=\s|$)|[;\n]+|\.{2,}|\s[-–—]+\s")
_JOINT = re.compile(
    r",\s+|\s+(?:and|but|also|plus|so|because|cuz|bc|then|&)\s+(?=\S+\s+\S+)|\s+(?=(?:how|what|can|should|is)"
    r"\s+(?:do|does|can|should|to|i|it|this|that|we|they|a)\s)",
    re.IGNORECASE,
)
_LATIN_WORD = re.compile(r"[a-zA-Z\u00c0-\u024f']+")
_ENCODED = re.compile(r"[A-Za-z0-9+/=_-]{60,}")
MAX_CLAUSES = 8


def fold(text: str) -> str:
    """Returns the text in lower case with plain quotes and spaces, character for character as long."""
    return "".join(lowered if len(lowered := char.lower()) == 1 else char for char in text.translate(_TABLE))


def normalise(text: str) -> str:
    """Returns what the n-gram features see: no apostrophes, no runs of letters, one mark for a link."""
    plain = unicodedata.normalize("NFKC", text.translate(_TABLE)).lower().replace("'", "")
    plain = _URL.sub(" weblink ", plain)
    return _SPACE.sub(" ", _REPEATED.sub(r"\1\1", plain)).strip()


def clauses(text: str) -> list[str]:
    """Returns the parts of a message that may each carry a need of their own; [] where it is one part."""
    parts: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        parts.extend(_joined(_JOINT.split(sentence)))
    kept = [part.strip() for part in parts if len(part.split()) >= 2]
    return kept if len(kept) > 1 else []


def _joined(parts: list[str]) -> list[str]:
    """Puts a fragment of one or two words back to the part before it."""
    whole: list[str] = []
    for part in parts:
        if whole and len(part.split()) < 3:
            whole[-1] = f"{whole[-1]}, {part.strip()}"
        else:
            whole.append(part)
    return whole


def excerpt(text: str, limit: int = 600) -> str:
    """Returns head and tail of a long text, because people tell what happened first and ask last."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half].rsplit(' ', 1)[0]} {text[-half:].split(' ', 1)[-1]}"


def is_wordless(text: str) -> bool:
    """True for what holds no word to understand: emoji, digits, a bare link, encoded data, one letter."""
    rest = _ENCODED.sub(" ", _URL.sub(" ", text))
    return not any(char.isalpha() for char in rest)


def is_other_script(text: str) -> bool:
    """True where most letters are of a script that the English model was not trained on."""
    letters = [char for char in text if char.isalpha()]
    latin = sum(len(word.replace("'", "")) for word in _LATIN_WORD.findall(text))
    return bool(letters) and latin < len(letters) / 2
