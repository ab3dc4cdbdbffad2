"""The trainable form of the sentence encoder and its training; the only module that needs torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from bot.nlu.finetune_data import Batch, Example, FineTuning, batches
from bot.nlu.labels import CRISES
from bot.nlu.text import excerpt
from bot.nlu.tuned import scale

EPSILON = 1e-12
RARE = -3.0
NEEDS_SHARE = 0.7
Watch = Callable[[int, int, float], None]


class SentenceBert:
    """A BERT encoder with mean pooling over plain tensors; its tables stay as they are."""

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

        attended = functional.scaled_dot_product_attention(
            split("query"), split("key"), split("value"), attn_mask=mask[:, None, None, :]
        )
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
        words = self.weights["embeddings.word_embeddings.weight"][[token for row in ids for token in row]]
        positions = self.weights["embeddings.position_embeddings.weight"][self.places % width]
        first_segment = self.weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._dropped(self._norm(words + positions + first_segment, "embeddings.LayerNorm"))
        for number in range(self.layers):
            hidden = self._layer(hidden, mask, f"encoder.layer.{number}")
        summed = hidden.new_zeros(len(ids), hidden.shape[1]).index_add(0, self.places // width, hidden)
        return functional.normalize(summed, dim=1)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Returns a copy of the weights under their names in the published file."""
        return {name: value.detach().numpy().copy() for name, value in self.weights.items()}


class Answers:
    """Two linear answers on the sentence vector: which one intent, and which needs, each by itself."""

    def __init__(self, labels: int, width: int) -> None:
        self.intent, self.needs = torch.nn.Linear(width, labels), torch.nn.Linear(width, labels)
        for part in (self.intent, self.needs):
            torch.nn.init.normal_(part.weight, std=0.02)
            torch.nn.init.zeros_(part.bias)
        torch.nn.init.constant_(self.needs.bias, RARE)

    def parameters(self) -> list[Tensor]:
        """Returns all their weights."""
        return [*self.intent.parameters(), *self.needs.parameters()]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Returns a copy of the weights, as TunedModel reads them."""
        parts = {"intent": self.intent, "needs": self.needs}
        return {
            f"{name}_{kind}": getattr(part, kind).detach().numpy().copy()
            for name, part in parts.items()
            for kind in ("weight", "bias")
        }


class Loss:
    """Cross-entropy on messages of one example, and on every message whether each need is in it."""

    def __init__(self, examples: Sequence[Example], labels: Sequence[str], options: FineTuning) -> None:
        counts = torch.tensor([sum(e.intent == label for e in examples) for label in labels], dtype=torch.float32)
        # Rare intents weigh more, frequent ones less, but not in full: they are frequent for a reason.
        self.balance = (counts.mean() / counts) ** 0.3
        crisis = torch.tensor([label in CRISES for label in labels])
        self.weight = torch.where(crisis, options.safety_weight, 1.0)
        self.positive = torch.where(crisis, options.safety_weight / 2, 1.0)
        self.smoothing = options.smoothing

    def __call__(self, answers: Answers, vectors: Tensor, batch: Batch) -> Tensor:
        """Returns the loss of one batch of sentence vectors."""
        needs, single = torch.from_numpy(batch.needs), torch.from_numpy(batch.single)
        summed = functional.binary_cross_entropy_with_logits(
            answers.needs(vectors), needs, weight=self.weight, pos_weight=self.positive, reduction="sum"
        )
        loss = NEEDS_SHARE * summed / len(needs)
        if single.any():
            loss = loss + functional.cross_entropy(
                answers.intent(vectors[single]),
                needs[single].argmax(1),
                weight=self.balance,
                label_smoothing=self.smoothing,
            )
        return loss


def fine_tune(
    weights: dict[str, NDArray[Any]],
    tokenizer_path: Path,
    examples: Sequence[Example],
    options: FineTuning,
    watch: Watch | None = None,
) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    """Returns the weights of the encoder and those of its answers; the same arguments give the same.

    `watch` is called after every step with its number, the number of steps, and the loss.
    """
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    tokenizer.enable_truncation(options.max_tokens)
    tokenizer.no_padding()
    labels = sorted({example.intent for example in examples})
    model = SentenceBert(weights, options.dropout)
    model.training = True
    width = model.weights["embeddings.LayerNorm.weight"].shape[0]
    answers, loss_of = Answers(len(labels), width), Loss(examples, labels, options)
    steps = max(1, round(options.epochs * len(examples) / options.batch))
    groups = [*_groups(model, options), {"params": answers.parameters(), "lr": options.answer_rate}]
    optimiser = torch.optim.AdamW(groups, lr=options.learning_rate, weight_decay=options.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps, options))
    everything = [value for group in groups for value in group["params"]]
    for step, batch in enumerate(batches(examples, options, steps), start=1):
        ids = [item.ids for item in tokenizer.encode_batch([excerpt(text) for text in batch.texts])]
        loss = loss_of(answers, model(ids) * scale(width), batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(everything, 1.0)
        optimiser.step()
        schedule.step()
        if watch is not None:
            watch(step, steps, float(loss.detach()))
    return model.arrays(), answers.arrays()


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
