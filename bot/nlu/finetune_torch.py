"""The trainable form of the sentence encoder and its contrastive training; the only module that needs torch."""

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

from bot.nlu.finetune_data import Example, FineTuning, batches
from bot.nlu.text import excerpt

EPSILON = 1e-12
Watch = Callable[[int, float, Callable[[], dict[str, NDArray[Any]]]], None]


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


def contrastive_loss(vectors: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Returns the supervised contrastive loss (Khosla et al. 2020, L_out) of vectors of unit length."""
    itself = torch.eye(len(labels), dtype=torch.bool)
    scores = (vectors @ vectors.T / temperature).masked_fill(itself, float("-inf"))
    likely = scores - torch.logsumexp(scores, dim=1, keepdim=True)
    partners = (labels[:, None] == labels[None, :]) & ~itself
    summed = likely.masked_fill(~partners, 0.0).sum(1)
    return -(summed / partners.sum(1).clamp(min=1)).mean()


def fine_tune(
    weights: dict[str, NDArray[Any]],
    tokenizer_path: Path,
    examples: Sequence[Example],
    options: FineTuning,
    watch: Watch | None = None,
) -> dict[str, NDArray[Any]]:
    """Returns the weights after training; the same arguments on the same machine give the same.

    `watch` is called after every step with its number, the loss and a way to get the weights so far.
    """
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    tokenizer.enable_truncation(options.max_tokens)
    tokenizer.no_padding()
    model = SentenceBert(weights, options.dropout)
    model.training = True
    optimiser = torch.optim.AdamW(_groups(model, options.weight_decay), lr=options.learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, options))
    drawn = batches(examples, options.batch, options.steps, options.seed)
    for step, (texts, labels, _) in enumerate(drawn, start=1):
        ids = [item.ids for item in tokenizer.encode_batch([excerpt(text) for text in texts])]
        loss = contrastive_loss(model(ids), torch.tensor(labels), options.temperature)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([model.weights[name] for name in model.trainable], 1.0)
        optimiser.step()
        schedule.step()
        if watch is not None:
            watch(step, float(loss.detach()), model.arrays)
    return model.arrays()


def _groups(model: SentenceBert, weight_decay: float) -> list[dict[str, object]]:
    """Weight decay holds for the matrices only, not for biases and layer norms."""
    matrices = [name for name in model.trainable if model.weights[name].ndim > 1]
    others = [name for name in model.trainable if model.weights[name].ndim == 1]
    return [
        {"params": [model.weights[name] for name in matrices], "weight_decay": weight_decay},
        {"params": [model.weights[name] for name in others], "weight_decay": 0.0},
    ]


def _rate(step: int, options: FineTuning) -> float:
    """The share of the learning rate: up during the warm-up, then down in a line to a tenth."""
    warm = max(1, round(options.steps * options.warm_up))
    if step < warm:
        return (step + 1) / warm
    return max(0.1, (options.steps - step) / max(1, options.steps - warm))
