"""Features of a message: its sentence vector beside weighted word and character n-grams."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.encoder import Encoder
from bot.nlu.text import excerpt, normalise

NGRAM_TEXT_LIMIT = 1200


def _word_vectorizer(**options: Any) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="word", ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b",
        lowercase=False, dtype=np.float32, **options,
    )


def _char_vectorizer(**options: Any) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, lowercase=False, dtype=np.float32,
        **options,
    )


class Features:
    """Turns texts into one sparse matrix: encoder, then word n-grams, then character n-grams."""

    def __init__(self, encoder: Encoder, encoder_weight: float, word_weight: float, char_weight: float):
        self.encoder = encoder
        self.weights = (encoder_weight, word_weight, char_weight)
        self._word = _word_vectorizer(min_df=1)
        self._char = _char_vectorizer(min_df=2)

    def fit(self, texts: list[str]) -> None:
        """Learns the n-grams of the training texts."""
        plain = [normalise(text) for text in texts]
        self._word.fit(plain)
        self._char.fit(plain)

    def transform(self, texts: list[str], vectors: np.ndarray | None = None) -> sparse.csr_matrix:
        """Returns one row a text; `vectors` are given where they have been computed before."""
        dense = self.vectors(texts) if vectors is None else vectors
        plain = [normalise(excerpt(text, NGRAM_TEXT_LIMIT)) for text in texts]
        dense_weight, word_weight, char_weight = self.weights
        parts = [
            sparse.csr_matrix(dense * dense_weight),
            self._word.transform(plain) * word_weight,
            self._char.transform(plain) * char_weight,
        ]
        return sparse.hstack(parts, format="csr", dtype=np.float32)

    def vectors(self, texts: list[str]) -> np.ndarray:
        """Returns the sentence vectors; of a long text those of its head and tail."""
        return self.encoder.encode([excerpt(text) for text in texts])

    def save(self, folder: Path) -> dict[str, np.ndarray]:
        """Writes the n-gram vocabularies as JSON and returns the arrays that belong to them."""
        terms = {"word": _terms(self._word), "char": _terms(self._char)}
        (folder / "ngrams.json").write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")
        return {"word_idf": self._word.idf_, "char_idf": self._char.idf_}

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, weights: list[float], arrays: Any) -> Features:
        """Reads what `save` wrote."""
        features = cls(encoder, *weights)
        terms = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
        features._word = _word_vectorizer(vocabulary=_vocabulary(terms["word"]))
        features._char = _char_vectorizer(vocabulary=_vocabulary(terms["char"]))
        features._word.idf_ = arrays["word_idf"]
        features._char.idf_ = arrays["char_idf"]
        return features


def _terms(vectorizer: TfidfVectorizer) -> list[str]:
    return sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)


def _vocabulary(terms: list[str]) -> dict[str, int]:
    return {term: number for number, term in enumerate(terms)}
