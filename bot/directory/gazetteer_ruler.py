"""A blank spaCy pipeline whose one pipe marks every known place name and idiom of a message."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import cast

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from spacy.vocab import Vocab

from bot.directory.gazetteer_cities import name_key
from bot.directory.gazetteer_files import rows
from bot.directory.gazetteer_index import GazetteerIndex
from bot.directory.gazetteer_text import Token

PLACE, IDIOM = "PLACE", "IDIOM"


@dataclass(frozen=True)
class NameSpan:
    """A known name in the message, by token positions; idiom: the words mean no place."""

    key: str
    first: int
    last: int
    idiom: bool = False


class PlaceRuler:
    """Entity ruler over folded tokens: the longest known names become the entities of the doc."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab
        self._matcher = PhraseMatcher(vocab, attr="ORTH")

    def add(self, label: str, names: Iterable[str]) -> None:
        """Adds folded names under a label, some at a time: all docs at once would take 200 MB."""
        remaining = iter(names)
        while some := list(islice(remaining, 1000)):
            self._matcher.add(label, [Doc(self._vocab, words=name.split()) for name in some])

    def __call__(self, doc: Doc) -> Doc:
        """Sets the entities of the doc: places and idioms, the longest match first."""
        spans = [Span(doc, start, end, label=label) for label, start, end in self._matcher(doc)]
        doc.set_ents(filter_spans(sorted(spans, key=lambda span: span.label_ != IDIOM)))
        return doc


@Language.factory("steady_place_ruler")
def _create_ruler(nlp: Language, name: str) -> PlaceRuler:
    return PlaceRuler(nlp.vocab)


class NameFinder:
    """Finds the names of an index in the tokens of a message."""

    def __init__(self, index: GazetteerIndex) -> None:
        self._nlp = spacy.blank("en")
        ruler = cast(PlaceRuler, self._nlp.add_pipe("steady_place_ruler"))
        ruler.add(PLACE, {*index.entries, *index.demonyms, *index.short_codes} - {""})
        ruler.add(IDIOM, [name_key(row[0]) for row in rows("idioms.txt")])

    def find(self, tokens: list[Token]) -> list[NameSpan]:
        """The longest known names and idioms, in the order of the message."""
        doc = self._nlp(Doc(self._nlp.vocab, words=[token.text for token in tokens]))
        return [NameSpan(span.text, span.start, span.end, span.label_ == IDIOM) for span in doc.ents]
