"""The projector's first lesson: to write what is drawn as the decoder's own word embeddings, without the decoder.

The tower writes what it sees into every patch, so that a patch can stand for one phrase of the description: "top hat".
A projector that begins so gives the decoder tokens that it can read; one that begins at random gives it noise, and has
to find the way back through a frozen decoder.
"""

import random
import re
from typing import Final

import torch
from torch import Tensor, nn
from transformers import LlavaForConditionalGeneration, LlavaProcessor

from smfa_bench.data.profile import Scene
from smfa_bench.progress import Progress
from smfa_bench.training.loop import LoopSettings, train
from smfa_bench_profiles.description import FUNDUS_TOPIC, TOPIC
from smfa_bench_profiles.embedded.pool import Pool, normalise

BATCH: Final = 64
"""Pictures in a step."""
RATE: Final = 3e-3
CHUNK: Final = 250
"""Pictures that the tower sees at a time."""


def phrases(scene: Scene) -> list[str]:
    """Return what the description of a scene names, one after the other: "curly brown hair" and so on."""
    (described,) = (question.answer for question in scene.questions if question.topic in (TOPIC, FUNDUS_TOPIC))
    return [phrase.lower() for phrase in re.split(r"[;.] ?", described) if phrase]


def spell(
    model: LlavaForConditionalGeneration,
    processor: LlavaProcessor,
    pool: Pool,
    *,
    steps: int,
    seed: int,
    progress: Progress,
) -> list[float]:
    """Train the projector in place, and return the loss of each step.

    The loss is the mean squared error over the variance of what is to be written: 1 for a projector that writes the
    mean always, 0 for one that spells without fault.

    Args:
        model: Only its projector changes, and only that needs gradients.
        processor: Whose tokenizer is the decoder's.
        pool: Pictures that are described.
        steps: How many, of 64 pictures each.
        seed: Decides which pictures a step sees.
        progress: Is told of the stage.
    """
    seen = _seen(model, pool)
    words = model.get_input_embeddings().weight.detach()
    wanted = torch.stack([_spelt(words, processor, scene, seen.shape[1]) for scene in pool.scenes])
    scale = wanted.var()
    projector = model.model.multi_modal_projector

    def objective(step: int) -> Tensor:
        rng = random.Random(f"{seed}/spelling/{step}")
        chosen = [rng.randrange(len(pool)) for _ in range(BATCH)]
        return nn.functional.mse_loss(projector(seen[chosen]), wanted[chosen]) / scale

    progress.stage("spelling", steps)
    return train(dict(projector.named_parameters()), objective, LoopSettings(steps, RATE), seed=seed, progress=progress)


@torch.no_grad()
def _seen(model: LlavaForConditionalGeneration, pool: Pool) -> Tensor:
    """Return what the projector is given of each picture, float32 [N, patches, width of the tower]."""
    layer = model.config.vision_feature_layer
    tower = model.model.vision_tower
    parts = (normalise(pool.pixels[start : start + CHUNK]) for start in range(0, len(pool), CHUNK))
    return torch.cat([tower(pixel_values=part, output_hidden_states=True).hidden_states[layer] for part in parts])


def _spelt(words: Tensor, processor: LlavaProcessor, scene: Scene, patches: int) -> Tensor:
    """Return what each patch shall say, [patches, width of the decoder]: the mean word embedding of a phrase.

    The phrases are spread over the patches in their order; of more phrases than patches some are left out.
    """
    said = [processor.tokenizer(f" {phrase}", add_special_tokens=False)["input_ids"] for phrase in phrases(scene)]
    means = torch.stack([words[tokens].mean(0) for tokens in said])
    return means[torch.arange(patches) * len(means) // patches]
