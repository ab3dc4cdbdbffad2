"""The training of the sentence encoder and its answers, alone or by teachers; it needs torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, repeat
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

from bot.nlu.finetune_data import Batch, Example, FineTuning, Role, batches, role_batches
from bot.nlu.finetune_model import Answers, Reader, SentenceBert
from bot.nlu.labels import CRISES

NEEDS_SHARE = 0.7
ROLE_SHARE = 0.5
AT_ONCE = 64
Watch = Callable[[int, int, float], None]
Scores = tuple[Tensor, Tensor]


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
        self.balance, self.weight, self.positive = (
            value.to(options.device) for value in (self.balance, self.weight, self.positive)
        )
        self.smoothing, self.softness, self.share = options.smoothing, options.softness, options.teacher_share

    def __call__(self, scores: Scores, batch: Batch, taught: Scores | None = None) -> Tensor:
        """Returns the loss of the scores of one batch of messages."""
        needs, intents = (torch.from_numpy(part).to(scores[0].device) for part in (batch.needs, batch.intents))
        single = torch.from_numpy(np.flatnonzero(batch.single)).to(scores[0].device)
        loss = NEEDS_SHARE * self._needs_loss(scores[1], needs)
        if len(single):
            loss = loss + functional.cross_entropy(
                scores[0][single], intents[single], weight=self.balance, label_smoothing=self.smoothing
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
        loss = NEEDS_SHARE * summed / len(chances)
        if len(single):
            ours = functional.log_softmax(scores[0][single] / self.softness, dim=1)
            theirs = functional.log_softmax(taught[0][single] / self.softness, dim=1)
            apart = functional.kl_div(ours, theirs, reduction="batchmean", log_target=True)
            loss = loss + self.softness**2 * apart
        return loss


def role_loss(answers: Answers, vectors: Tensor, own: NDArray[Any]) -> Tensor:
    """Returns the mean cross-entropy of whose place it is."""
    target = torch.from_numpy(own).to(vectors.device)
    return functional.binary_cross_entropy_with_logits(answers.place(vectors)[:, 0], target)


@torch.no_grad()
def opinion(teachers: Sequence[Reader], texts: Sequence[str]) -> Scores:
    """Returns the mean of the teachers' scores of the intents and of the needs, one row a message."""
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    parts = [order[start : start + AT_ONCE] for start in range(0, len(order), AT_ONCE)]
    back = torch.from_numpy(np.argsort(order)).to(teachers[0].encoder.device)
    columns: tuple[list[Tensor], list[Tensor]] = ([], [])
    for part in parts:
        read = [teacher([texts[place] for place in part]) for teacher in teachers]
        for column, scores in zip(columns, zip(*read, strict=True), strict=True):
            column.append(torch.stack(scores).mean(0))
    intents, needs = (torch.cat(column)[back] for column in columns)
    return intents, needs


def with_opinions(drawn: Iterator[Batch], teachers: Sequence[Reader]) -> Iterator[tuple[Batch, Scores | None]]:
    """Yields each batch with the teachers' opinion, which is cheaper for several batches at a time."""
    if not teachers:
        yield from ((batch, None) for batch in drawn)
        return
    while group := list(islice(drawn, 8)):
        intents, needs = opinion(teachers, [text for batch in group for text in batch.texts])
        sizes = [len(batch.texts) for batch in group]
        yield from zip(group, zip(intents.split(sizes), needs.split(sizes), strict=True), strict=True)


def fine_tune(
    weights: dict[str, NDArray[Any]],
    tokenizer: Path,
    examples: Sequence[Example],
    options: FineTuning,
    watch: Watch | None = None,
    teachers: Sequence[Reader] = (),
    roles: Sequence[Role] = (),
) -> Reader:
    """Returns the trained encoder with its answers; the same arguments give the same on the same machine.

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
    drawn = with_opinions(batches(examples, options, steps), teachers)
    for step, ((batch, taught), place) in enumerate(zip(drawn, places, strict=False), start=1):
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
