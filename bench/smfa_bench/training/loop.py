"""The one training loop: teaching, unlearning methods and the embedded model's own training all run through it."""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from smfa_bench.errors import BenchError
from smfa_bench.models.encoding import IGNORED, Tensors
from smfa_bench.models.processor import multiplies_bfloat16
from smfa_bench.processes import average, average_gradients, rank
from smfa_bench.progress import Progress
from smfa_bench.training.batch import Batch
from smfa_bench.training.checkpoint import Checkpoint
from smfa_bench.training.telling import telling_only
from smfa_bench.training.watch import Watch

Objective = Callable[[int], Tensor]
"""Maps the number of a step to its loss, a scalar; draws its own batch, from the step's number alone."""


@dataclass(frozen=True)
class LoopSettings:
    """How the weights move."""

    steps: int
    learning_rate: float
    weight_decay: float = 0.0
    warmup_share: float = 0.05
    schedule: Literal["cosine", "constant"] = "cosine"
    clip: float = 1.0
    """Largest norm of the gradient over all parameters."""

    def rate(self, step: int) -> float:
        """Return the learning rate of a step: linear warm-up, then the schedule down to a tenth of a percent."""
        warmup = max(1, round(self.steps * self.warmup_share))
        if step < warmup:
            return self.learning_rate * (step + 1) / warmup
        if self.schedule == "constant":
            return self.learning_rate
        done = (step - warmup) / max(1, self.steps - warmup)
        return self.learning_rate * max(0.001, 0.5 * (1 + math.cos(math.pi * done)))


def train(
    parameters: Mapping[str, nn.Parameter],
    objective: Objective,
    settings: LoopSettings,
    *,
    seed: int,
    progress: Progress,
    checkpoint: Path | None = None,
    advice: str = "",
    watch: Watch | None = None,
) -> list[float]:
    """Minimise an objective with AdamW and return the loss of every step.

    Several processes move alike, by the mean of their gradients; the loss is the mean of theirs.

    Args:
        parameters: What is trained, by name; nothing else moves.
        objective: Gives the loss of a step.
        settings: Steps, rates, clipping.
        seed: Seeds torch anew before each step, so that a resumed training equals an uninterrupted one.
        progress: Is advanced by one a step, with the loss as note; the caller opens the stage.
        checkpoint: Folder to keep the state in now and then and to resume from; None keeps nothing.
        advice: What else may help when the loss leaves the numbers, as a clause.
        watch: Looks at what is known before the first step, every so many steps and after the last; what it measures
            has no say in the training.

    Raises:
        BenchError: If the loss or a gradient stops being a number, or a parameter never moved in several steps.
    """
    accelerator = Accelerator(mixed_precision=precision())
    optimizer = torch.optim.AdamW(
        parameters.values(),
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
        betas=(0.9, 0.98),
        fused=True,
    )
    state = Checkpoint(checkpoint, parameters, optimizer, watch)
    losses = state.resume()
    progress.advance(len(losses))
    if watch is not None and not losses:
        values = watch.look(0, last=settings.steps)
        progress.advance(0, note=watch.note().removeprefix(", "), values=values)
    whole = not losses and settings.steps > 1  # at the first step LoRA's inner matrices have no gradient
    before = _sums(parameters) if whole else None
    for step in range(len(losses), settings.steps):
        torch.manual_seed(seed * 1_000_003 + step + rank() * 7_919)
        for group in optimizer.param_groups:
            group["lr"] = settings.rate(step)
        with accelerator.autocast():
            loss = objective(step)
        accelerator.backward(loss)
        average_gradients(parameters.values())
        norm = nn.utils.clip_grad_norm_(parameters.values(), settings.clip)
        value = average(loss.item())
        if not math.isfinite(value) or not math.isfinite(norm.item()):
            raise BenchError(
                f"the loss became {value} (gradient norm {norm.item()}) at step {step + 1} of {settings.steps}; "
                f"lower the learning rate (now {settings.learning_rate:g}){advice}."
            )
        optimizer.step()
        optimizer.zero_grad()
        losses.append(value)
        values = {"loss": value, "learning rate": settings.rate(step)}
        note = f"loss {value:.3f}"
        if watch is not None:
            values |= watch.look(step + 1, last=settings.steps)
            note += watch.note()
        progress.advance(note=note, values=values)
        state.keep(losses)
    if before is not None:
        _check_moved(before, parameters)
    state.discard()
    return losses


def cross_entropy(model: nn.Module, batch: Tensors) -> Tensor:
    """Return the mean cross-entropy over the answer tokens of a batch, a scalar.

    Logits are made where they are needed, and nowhere else.
    """
    packed = batch.packed() if isinstance(batch, Batch) else None
    inputs, telling, answers = _padded(batch) if packed is None else (packed.inputs, packed.telling, packed.answers)
    with telling_only(model, telling):
        logits: Tensor = model(**inputs, use_cache=False).logits[0]
    return nn.functional.cross_entropy(logits.float(), answers.to(logits.device))


def answer_losses(model: nn.Module, batch: Tensors) -> Tensor:
    """Return the mean cross-entropy over the tokens of each answer of a padded batch, float32 [B]."""
    inputs, telling, answers = _padded(batch)
    with telling_only(model, telling):
        logits: Tensor = model(**inputs, use_cache=False).logits[0]
    losses = nn.functional.cross_entropy(logits.float(), answers.to(logits.device), reduction="none")
    rows = telling.nonzero()[:, 0].to(losses.device)
    return losses.new_zeros(len(telling)).index_add(0, rows, losses) / telling.sum(1).to(losses.device)


def _padded(batch: Tensors) -> tuple[Tensors, Tensor, Tensor]:
    inputs = {name: tensor for name, tensor in batch.items() if name != "labels"}
    following = nn.functional.pad(batch["labels"][:, 1:], (0, 1), value=IGNORED)
    telling = following != IGNORED
    return inputs, telling, following[telling]


def precision() -> Literal["no", "bf16"]:
    """Return the mixed precision of training: what accelerate is told, or else what pays on this machine.

    That is bf16 on an accelerator, and where the processor multiplies it natively. `accelerate launch
    --mixed_precision no`, or the environment variable `ACCELERATE_MIXED_PRECISION`, asks for none; fp16 is never used.
    """
    if os.environ.get("ACCELERATE_MIXED_PRECISION") == "no":
        return "no"
    if torch.accelerator.is_available():
        return "bf16"
    return "bf16" if multiplies_bfloat16() else "no"


def _sums(parameters: Mapping[str, nn.Parameter]) -> dict[str, Tensor]:
    return {name: parameter.detach().clone() for name, parameter in parameters.items()}


def _check_moved(before: Mapping[str, Tensor], parameters: Mapping[str, nn.Parameter]) -> None:
    still = [name for name, parameter in parameters.items() if torch.equal(before[name], parameter)]
    if still:
        raise BenchError(
            f"{len(still)} of {len(parameters)} trainable tensors never moved, first {still[0]}; "
            "the objective does not depend on them: train fewer modules."
        )
