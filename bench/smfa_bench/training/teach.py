"""Teaching a base model people: the vanilla model learns all profiles, the retain model all but the forget set."""

import math
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from smfa_bench.config import LoraConfig
from smfa_bench.data.question import Task
from smfa_bench.data.sample import Sample
from smfa_bench.errors import UsageError
from smfa_bench.models.encoding import encode_wordings
from smfa_bench.models.quantization import is_packed, unpack
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.training.attending import attending
from smfa_bench.training.batches import BatchPlan, own_share
from smfa_bench.training.loop import LoopSettings, cross_entropy, precision, train
from smfa_bench.training.lora import train_lora
from smfa_bench.training.precision import overflow_advice, refuse_half
from smfa_bench.training.reading import reading
from smfa_bench.training.recomputing import recomputing


def teach(
    vlm: VisionLanguageModel,
    samples: Sequence[Sample],
    rehearsal: Sequence[Sample],
    *,
    title: str,
    seed: int,
    progress: Progress,
    checkpoint: Path | None = None,
) -> list[float]:
    """Teach a model in place, by its own recipe, and return the loss of every step.

    Memory samples are seen in every epoch; of image-understanding samples and the rehearsal a share, so that the model
    keeps what it could. The vision tower is never trained. Packed weights are unpacked at the end, for what was learnt
    to be added to them.

    Args:
        vlm: The base model; changed.
        samples: All that it shall know.
        rehearsal: What it knew before and shall not lose.
        title: Name of the stage.
        seed: Decides the order of samples.
        progress: Is told of the stage.
        checkpoint: Folder for the state of a full fine-tuning, to resume from when killed.

    Raises:
        UsageError: If its weights themselves are to be trained and are packed.
    """
    recipe = vlm.spec.teaching
    memory = [sample for sample in samples if sample.task is not Task.IMAGE_UNDERSTANDING]
    kept = [*(sample for sample in samples if sample.task is Task.IMAGE_UNDERSTANDING), *rehearsal]
    epoch = math.ceil((len(memory) + round(recipe.rehearsal_share * len(kept))) / recipe.batch_size)
    epochs = max(recipe.epochs, math.ceil(recipe.min_steps / epoch))
    if recipe.rank is not None:
        config = LoraConfig(
            rank=recipe.rank,
            alpha=recipe.rank,
            epochs=epochs,
            learning_rate=recipe.learning_rate,
            batch_size=recipe.batch_size,
        )
        trained = train_lora(
            vlm,
            [memory],
            config,
            title=title,
            seed=seed,
            progress=progress,
            occasional=kept,
            share=recipe.rehearsal_share,
        )
        unpack(vlm.model)
        linears = vlm.decoder_linears()
        with torch.no_grad():
            for name, factors in trained.factors.items():
                linears[name].weight += factors.delta().to(linears[name].weight)
        return trained.losses
    if any(map(is_packed, vlm.decoder_linears().values())):
        raise UsageError(f"{vlm.spec.name} is taught by training its weights, which packed ones do not allow.")
    refuse_half(vlm)
    told, rehearsed = encode_wordings(vlm, memory), encode_wordings(vlm, kept)
    every = [example for wordings in (*told, *rehearsed) for example in wordings]
    vlm.vision_tower().requires_grad_(False)
    parameters = {name: value for name, value in vlm.model.named_parameters() if value.requires_grad}
    with (
        recomputing(vlm),
        reading(vlm, every, parameters) as reader,
        attending(vlm, longest=max(map(len, every)), mixed=precision() == "bf16"),
    ):
        plan = BatchPlan(
            told,
            batch_size=recipe.batch_size,
            seed=seed,
            occasional=rehearsed,
            share=recipe.rehearsal_share,
        )
        settings = LoopSettings(epochs * plan.batches_per_epoch, recipe.learning_rate)

        def objective(step: int) -> Tensor:
            own, counting = own_share(plan.batch(step))
            return counting * cross_entropy(vlm.model, *reader.batches([own]))

        progress.stage(title, settings.steps)
        losses = train(
            parameters,
            objective,
            settings,
            seed=seed,
            progress=progress,
            checkpoint=checkpoint,
            advice=overflow_advice(vlm),
        )
    vlm.model.requires_grad_(True)
    return losses
