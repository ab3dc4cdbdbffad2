"""The trainable form of the sentence encoder and its training; the only module that needs torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from bot.nlu.encoder_graph import DISTANCES, distance_classes
from bot.nlu.finetune_data import Batch, Example, FineTuning, Role, batches, role_batches
from bot.nlu.labels import CRISES
from bot.nlu.text import excerpt
from bot.nlu.tuned import scale

EPSILON = 1e-12
RARE = -3.0
NEEDS_SHARE = 0.7
ROLE_SHARE = 0.5
Watch = Callable[[int, int, float], None]
Scores = tuple[Tensor, Tensor]


class SentenceBert:
    """A BERT or MPNet encoder with mean pooling over plain tensors; its tables stay as they are.

    MPNet's weights bear BERT's names here (bot/nlu/finetune_teacher.py); it counts positions from 2, and
    every layer adds the same learned number to an attention score for how far apart two tokens are.
    """

    def __init__(self, weights: dict[str, NDArray[Any]], dropout: float = 0.0, heads: int = 12) -> None:
        self.weights = {
            name: torch.from_numpy(np.array(array, dtype=np.float32))
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
        self.places = mask.view(-1).nonzero().view(-1)
        self.bias = self._bias(mask)
        words = self.weights["embeddings.word_embeddings.weight"][[token for row in ids for token in row]]
        positions = self.weights["embeddings.position_embeddings.weight"][self.places % width]
        first_segment = self.weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._dropped(self._norm(words + positions + first_segment, "embeddings.LayerNorm"))
        for number in range(self.layers):
            hidden = self._layer(hidden, mask, f"encoder.layer.{number}")
        summed = hidden.new_zeros(len(ids), hidden.shape[1]).index_add(0, self.places // width, hidden)
        return functional.normalize(summed, dim=1)

    def _bias(self, mask: Tensor) -> Tensor:
        """What is added to attention scores: minus infinity for padding, and MPNet's number for each distance."""
        padding = torch.zeros(mask.shape).masked_fill(~mask, -torch.inf)[:, None, None, :]
        table = self.weights.get(DISTANCES)
        if table is None:
            return padding
        classes = torch.from_numpy(distance_classes(mask.shape[1]))
        return padding + table[classes].permute(2, 0, 1)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Returns a copy of the weights under their names in the published file."""
        return {name: value.detach().numpy().copy() for name, value in self.weights.items()}


class Answers:
    """Linear answers on the sentence vector: which one intent, which needs, each by itself, and whose place."""

    def __init__(self, labels: int, width: int) -> None:
        self.intent, self.needs = torch.nn.Linear(width, labels), torch.nn.Linear(width, labels)
        self.place = torch.nn.Linear(width, 1)
        for part in (self.intent, self.needs, self.place):
            torch.nn.init.normal_(part.weight, std=0.02)
            torch.nn.init.zeros_(part.bias)
        torch.nn.init.constant_(self.needs.bias, RARE)

    def parameters(self) -> list[Tensor]:
        """Returns all their weights."""
        return [*self.intent.parameters(), *self.needs.parameters(), *self.place.parameters()]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Returns a copy of the weights, as TunedModel reads them."""
        parts = {"intent": self.intent, "needs": self.needs, "place": self.place}
        return {
            f"{name}_{kind}": getattr(part, kind).detach().numpy().copy()
            for name, part in parts.items()
            for kind in ("weight", "bias")
        }


class Reader:
    """A trainable encoder with its answers: messages in, scores out (logits of intents and of needs)."""

    def __init__(
        self, weights: dict[str, NDArray[Any]], tokenizer: Path, labels: Sequence[str], options: FineTuning
    ) -> None:
        self.encoder = SentenceBert(weights, options.dropout)
        self.width = self.encoder.weights["embeddings.LayerNorm.weight"].shape[0]
        self.answers = Answers(len(labels), self.width)
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
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = self.encoder(ids)
        return vectors.float() * scale(self.width)


class Loss:
    """Cross-entropy on messages of one need, and on every message whether each need is in it.

    With a teacher's scores, a share of it is how far both answers are from the teacher's.
    """

    def __init__(self, examples: Sequence[Example], labels: Sequence[str], options: FineTuning) -> None:
        counts = torch.tensor([sum(e.intent == label for e in examples) for label in labels], dtype=torch.float32)
        # Rare intents weigh more, frequent ones less, but not in full: they are frequent for a reason.
        self.balance = (counts.mean() / counts) ** 0.3
        crisis = torch.tensor([label in CRISES for label in labels])
        self.weight = torch.where(crisis, options.safety_weight, 1.0)
        self.positive = torch.where(crisis, options.safety_weight / 2, 1.0)
        self.smoothing, self.softness, self.share = options.smoothing, options.softness, options.teacher_share

    def __call__(self, scores: Scores, batch: Batch, taught: Scores | None = None) -> Tensor:
        """Returns the loss of the scores of one batch of messages."""
        needs, single = torch.from_numpy(batch.needs), torch.from_numpy(batch.single)
        loss = NEEDS_SHARE * self._needs_loss(scores[1], needs)
        if single.any():
            loss = loss + functional.cross_entropy(
                scores[0][single], needs[single].argmax(1), weight=self.balance, label_smoothing=self.smoothing
            )
        return loss if taught is None else (1 - self.share) * loss + self.share * self._distance(scores, taught, single)

    def _needs_loss(self, scores: Tensor, needs: Tensor) -> Tensor:
        summed = functional.binary_cross_entropy_with_logits(
            scores, needs, weight=self.weight, pos_weight=self.positive, reduction="sum"
        )
        return summed / len(needs)

    def _distance(self, scores: Scores, taught: Scores, single: Tensor) -> Tensor:
        # The teacher's chances already bear the greater weight of a crisis that is missed.
        chances = torch.sigmoid(taught[1])
        summed = functional.binary_cross_entropy_with_logits(scores[1], chances, weight=self.weight, reduction="sum")
        loss = NEEDS_SHARE * summed / len(single)
        if single.any():
            ours = functional.log_softmax(scores[0][single] / self.softness, dim=1)
            theirs = functional.log_softmax(taught[0][single] / self.softness, dim=1)
            apart = functional.kl_div(ours, theirs, reduction="batchmean", log_target=True)
            loss = loss + self.softness**2 * apart
        return loss


def role_loss(answers: Answers, vectors: Tensor, own: NDArray[Any]) -> Tensor:
    """Returns the mean cross-entropy of whose place it is."""
    return functional.binary_cross_entropy_with_logits(answers.place(vectors)[:, 0], torch.from_numpy(own))


def fine_tune(
    weights: dict[str, NDArray[Any]],
    tokenizer: Path,
    examples: Sequence[Example],
    options: FineTuning,
    watch: Watch | None = None,
    teacher: Reader | None = None,
    roles: Sequence[Role] = (),
) -> Reader:
    """Returns the trained encoder with its answers; the same arguments give the same.

    `watch` is called after every step with its number, the number of steps, and the loss.
    """
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    labels = sorted({example.intent for example in examples})
    reader = Reader(weights, tokenizer, labels, options)
    loss_of = Loss(examples, labels, options)
    steps = max(1, round(options.epochs * len(examples) / options.batch))
    groups = [*_groups(reader.encoder, options), {"params": reader.answers.parameters(), "lr": options.answer_rate}]
    optimiser = torch.optim.AdamW(groups, lr=options.learning_rate, weight_decay=options.weight_decay, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps, options))
    everything = [value for group in groups for value in group["params"]]
    reader.encoder.training = True
    places = role_batches(roles, options, steps) if roles else repeat(None)
    for step, (batch, place) in enumerate(zip(batches(examples, options, steps), places, strict=False), start=1):
        with torch.no_grad():
            taught = teacher(batch.texts) if teacher is not None else None
        loss = loss_of(reader(batch.texts), batch, taught)
        if place is not None:
            loss = loss + ROLE_SHARE * role_loss(reader.answers, reader.vectors(place[0]), place[1])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(everything, 1.0)
        optimiser.step()
        schedule.step()
        if watch is not None:
            watch(step, steps, float(loss.detach()))
    reader.encoder.training = False
    return reader


def _groups(model: SentenceBert, options: FineTuning) -> list[dict[str, Any]]:
    """Weight decay holds for the matrices only, not for biases and layer norms."""
    matrices = [name for name in model.trainable if model.weights[name].ndim > 1]
    others = [name for name in model.trainable if model.weights[name].ndim == 1]
    return [
        {"params": [model.weights[name] for name in matrices]},
        {"params": [model.weights[name] for name in others], "weight_decay": 0.0},
    ]


def _rate(step: int, steps: int, options: FineTuning) -> float:
    """The share of the learning rate: up during the warm-up, then down in a line."""
    return min(1.0, (step + 1) / max(1.0, options.warm_up * steps)) * max(0.02, 1 - step / steps)
