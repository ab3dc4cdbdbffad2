"""The trainable form of the sentence encoder with its answers; it needs torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from bot.nlu.encoder_graph import DISTANCES, distance_classes
from bot.nlu.finetune_data import FineTuning
from bot.nlu.text import excerpt
from bot.nlu.tuned import scale

EPSILON = 1e-12
RARE = -3.0


class SentenceBert:
    """A BERT or MPNet encoder with mean pooling over plain tensors; its tables stay as they are.

    MPNet's weights bear BERT's names here (bot/nlu/finetune_teacher.py); it counts positions from 2, and
    every layer adds the same learned number to an attention score for how far apart two tokens are.
    """

    def __init__(
        self, weights: dict[str, NDArray[Any]], dropout: float = 0.0, heads: int = 12, device: str = "cpu"
    ) -> None:
        self.device = device
        self.weights = {
            name: torch.from_numpy(np.array(array, dtype=np.float32)).to(device)
            for name, array in weights.items()
            if array.dtype.kind == "f"
        }
        self.trainable = [name for name in self.weights if name.startswith("encoder.layer.")]
        self.layers = 1 + max(int(name.split(".")[2]) for name in self.trainable)
        for name in self.trainable:
            self.weights[name].requires_grad_()
        self.heads = heads
        self.dropout = dropout
        self.training = False
        self.places = torch.zeros(0, dtype=torch.long)
        self.bias = torch.zeros(0)

    def _dense(self, value: Tensor, prefix: str) -> Tensor:
        return functional.linear(value, self.weights[f"{prefix}.weight"], self.weights[f"{prefix}.bias"])

    def _norm(self, value: Tensor, prefix: str) -> Tensor:
        scale, shift = self.weights[f"{prefix}.weight"], self.weights[f"{prefix}.bias"]
        return functional.layer_norm(value.float(), scale.shape, scale, shift, EPSILON)

    def _dropped(self, value: Tensor) -> Tensor:
        return functional.dropout(value, self.dropout, self.training)

    def _layer(self, hidden: Tensor, mask: Tensor, prefix: str) -> Tensor:
        """One layer over the tokens that are there; only the attention sees the padded rows."""
        rows, width = mask.shape
        size = hidden.shape[1]

        def split(part: str) -> Tensor:
            value = self._dense(hidden, f"{prefix}.attention.self.{part}")
            padded = value.new_zeros(rows * width, size).index_copy(0, self.places, value)
            return padded.view(rows, width, self.heads, size // self.heads).transpose(1, 2)

        # Plain products: for short rows, torch's fused attention takes four times as long to learn from.
        query, key, value = split("query"), split("key"), split("value")
        scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[3])
        attended = functional.softmax(scores + self.bias, dim=3).to(value.dtype) @ value
        joined = attended.transpose(1, 2).reshape(rows * width, size)[self.places]
        projected = self._dropped(self._dense(joined, f"{prefix}.attention.output.dense"))
        hidden = self._norm(hidden + projected, f"{prefix}.attention.output.LayerNorm")
        wide = functional.gelu(self._dense(hidden, f"{prefix}.intermediate.dense"))
        narrowed = self._dropped(self._dense(wide, f"{prefix}.output.dense"))
        return self._norm(hidden + narrowed, f"{prefix}.output.LayerNorm")

    def __call__(self, ids: Sequence[Sequence[int]]) -> Tensor:
        """Returns one vector of unit length for each row of token ids."""
        width = max(len(row) for row in ids)
        lengths = torch.tensor([len(row) for row in ids])
        mask = torch.arange(width)[None, :] < lengths[:, None]
        self.places = mask.view(-1).nonzero().view(-1).to(self.device)
        self.bias = self._bias(mask)
        tokens = torch.tensor([token for row in ids for token in row]).to(self.device)
        words = self.weights["embeddings.word_embeddings.weight"][tokens]
        positions = self.weights["embeddings.position_embeddings.weight"][self.places % width]
        first_segment = self.weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._dropped(self._norm(words + positions + first_segment, "embeddings.LayerNorm"))
        for number in range(self.layers):
            hidden = self._layer(hidden, mask, f"encoder.layer.{number}")
        summed = hidden.new_zeros(len(ids), hidden.shape[1]).index_add(0, self.places // width, hidden)
        return functional.normalize(summed, dim=1)

    def _bias(self, mask: Tensor) -> Tensor:
        """What is added to attention scores: minus infinity for padding, and MPNet's number for each distance."""
        padding = torch.zeros(mask.shape).masked_fill(~mask, -torch.inf)[:, None, None, :].to(self.device)
        table = self.weights.get(DISTANCES)
        if table is None:
            return padding
        classes = torch.from_numpy(distance_classes(mask.shape[1])).to(self.device)
        return padding + table[classes].permute(2, 0, 1)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Returns a copy of the weights under their names in the published file."""
        return {name: value.detach().cpu().numpy().copy() for name, value in self.weights.items()}


class Answers:
    """Linear answers on the sentence vector: which one intent, which needs, each by itself, and whose place."""

    def __init__(self, labels: int, width: int, device: str = "cpu") -> None:
        self.intent, self.needs = torch.nn.Linear(width, labels), torch.nn.Linear(width, labels)
        self.place = torch.nn.Linear(width, 1)
        for part in (self.intent, self.needs, self.place):
            torch.nn.init.normal_(part.weight, std=0.02)
            torch.nn.init.zeros_(part.bias)
            part.to(device)
        torch.nn.init.constant_(self.needs.bias, RARE)

    def parameters(self) -> list[Tensor]:
        """Returns all their weights."""
        return [*self.intent.parameters(), *self.needs.parameters(), *self.place.parameters()]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Returns a copy of the weights, as TunedModel reads them."""
        parts = {"intent": self.intent, "needs": self.needs, "place": self.place}
        return {
            f"{name}_{kind}": getattr(part, kind).detach().cpu().numpy().copy()
            for name, part in parts.items()
            for kind in ("weight", "bias")
        }


class Reader:
    """A trainable encoder with its answers: messages in, scores out (logits of intents and of needs)."""

    def __init__(
        self, weights: dict[str, NDArray[Any]], tokenizer: Path, labels: Sequence[str], options: FineTuning
    ) -> None:
        self.encoder = SentenceBert(weights, options.dropout, device=options.device)
        self.width = self.encoder.weights["embeddings.LayerNorm.weight"].shape[0]
        self.answers = Answers(len(labels), self.width, options.device)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(options.max_tokens)
        self._tokenizer.no_padding()

    def __call__(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Returns the scores of the intents and those of the needs, one row a message."""
        vectors = self.vectors(texts)
        return self.answers.intent(vectors), self.answers.needs(vectors)

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """Returns one sentence vector a text, of the length that the answers were made for."""
        ids = [item.ids for item in self._tokenizer.encode_batch([excerpt(text) for text in texts])]
        # Half the bits make it three times as fast; the weights themselves stay in full.
        with torch.autocast(torch.device(self.encoder.device).type, dtype=torch.bfloat16):
            vectors = self.encoder(ids)
        return vectors.float() * scale(self.width)
