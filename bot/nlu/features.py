"""Features of a message: what the encoder says of its meaning, and its word and character n-grams."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.encoder import Encoder
from bot.nlu.text import excerpt, normalise

NGRAM_TEXT_LIMIT = 1200
BLOCK = 384
WORD = r"(?u)\b\w+\b"


def _word_vectorizer(**options: Any) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="word",
        ngram_range=(1, 2),
        sublinear_tf=True,
        token_pattern=WORD,
        lowercase=False,
        dtype=np.float32,
        **options,
    )


def _char_vectorizer(**options: Any) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 5),
        sublinear_tf=True,
        lowercase=False,
        dtype=np.float32,
        **options,
    )


class Ngrams:
    """Weighted n-grams of words (1-2) and of characters (2-5), half and half."""

    def __init__(self) -> None:
        self._parts = (_word_vectorizer(min_df=1), _char_vectorizer(min_df=2))

    def fit(self, texts: list[str]) -> None:
        """Learns the n-grams of the training texts."""
        plain = [normalise(text) for text in texts]
        for part in self._parts:
            part.fit(plain)
        self._prepare()

    def _prepare(self) -> None:
        for part in self._parts:
            if not hasattr(part, "vocabulary_"):
                part._validate_vocabulary()
        self._analysers = tuple(part.build_analyzer() for part in self._parts)

    def transform(self, texts: list[str]) -> sparse.csr_matrix:
        """Returns one row of length 1 a text."""
        plain = [normalise(excerpt(text, NGRAM_TEXT_LIMIT)) for text in texts]
        parts = [part.transform(plain) for part in self._parts]
        return sparse.hstack(parts, format="csr", dtype=np.float32) * np.float32(np.sqrt(0.5))

    def scores(self, texts: list[str], weights: NDArray[Any]) -> NDArray[Any]:
        """Returns `transform(texts) @ weights`, several times faster for the single text of a turn."""
        return np.stack([self._score(normalise(excerpt(text, NGRAM_TEXT_LIMIT)), weights) for text in texts])

    def _score(self, plain: str, weights: NDArray[Any]) -> NDArray[Any]:
        total = np.zeros(weights.shape[1], dtype=np.float32)
        offset = 0
        for part, analyse in zip(self._parts, self._analysers, strict=True):
            vocabulary = part.vocabulary_
            counts = Counter(vocabulary[term] for term in analyse(plain) if term in vocabulary)
            if counts:
                columns = np.fromiter(counts, dtype=np.int64, count=len(counts))
                repeats = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
                values = (1.0 + np.log(repeats)) * part.idf_[columns]
                values *= np.sqrt(0.5) / np.linalg.norm(values)
                total += values.astype(np.float32) @ weights[columns + offset]
            offset += len(vocabulary)
        return total

    def save(self, folder: Path) -> dict[str, NDArray[Any]]:
        """Writes the vocabularies as JSON and returns the arrays that belong to them."""
        terms = [sorted(part.vocabulary_, key=part.vocabulary_.__getitem__) for part in self._parts]
        (folder / "ngrams.json").write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")
        return {f"idf_{number}": part.idf_ for number, part in enumerate(self._parts)}

    @classmethod
    def load(cls, folder: Path, arrays: Any) -> Ngrams:
        """Reads what `save` wrote."""
        ngrams = cls()
        word, char = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
        ngrams._parts = (
            _word_vectorizer(vocabulary={term: number for number, term in enumerate(word)}),
            _char_vectorizer(vocabulary={term: number for number, term in enumerate(char)}),
        )
        for number, part in enumerate(ngrams._parts):
            part.idf_ = arrays[f"idf_{number}"]
        ngrams._prepare()
        return ngrams


class Meaning:
    """The encoder's layers, each standardised and of length 1, reduced to their principal components."""

    def __init__(self, encoder: Encoder, centre: NDArray[Any], scale: NDArray[Any], axes: NDArray[Any]) -> None:
        self.encoder = encoder
        self.centre = centre
        self.scale = scale
        self.axes = axes

    @classmethod
    def fit(cls, encoder: Encoder, texts: list[str], components: int) -> Meaning:
        """Learns mean, scale and principal axes from the training texts."""
        raw = encoder.represent([excerpt(text) for text in texts])
        centre, scale = raw.mean(axis=0), raw.std(axis=0) + 1e-6
        blocks = _blocks((raw - centre) / scale)
        _, vectors = np.linalg.eigh((blocks.T @ blocks).astype(np.float64))
        return cls(encoder, centre, scale, vectors[:, -components:].astype(np.float32))

    def transform(self, texts: list[str]) -> NDArray[Any]:
        """Returns one row a text; of a long text head and tail are read."""
        raw = self.encoder.represent([excerpt(text) for text in texts])
        return _blocks((raw - self.centre) / self.scale) @ self.axes

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Returns what a stored model needs beside the encoder."""
        return {"centre": self.centre, "scale": self.scale, "axes": self.axes}


def _blocks(values: NDArray[Any]) -> NDArray[Any]:
    """Scales each layer of each row so that the layers weigh the same and the row has length 1."""
    width = BLOCK if values.shape[1] % BLOCK == 0 else values.shape[1]
    shaped = values.reshape(len(values), -1, width)
    lengths = np.maximum(np.linalg.norm(shaped, axis=2, keepdims=True), 1e-9)
    return (shaped / lengths).reshape(values.shape) / np.float32(np.sqrt(shaped.shape[1]))
