"""Makes a multimodal LLM of a pre-trained decoder: assembles it, trains its projector, measures what it sees."""

import json
import random
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Final, NamedTuple

import torch
from torch import Tensor
from transformers import LlavaForConditionalGeneration, LlavaProcessor

from smfa_bench.config import Adapting
from smfa_bench.errors import UsageError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.models.choose import RECIPE, choose_model
from smfa_bench.models.spec import ModelSpec, Teaching
from smfa_bench.models.vision_language import load_model
from smfa_bench.progress import Progress
from smfa_bench.storage import make_folder, sealed_folder, write_bytes, write_json
from smfa_bench.training.loop import LoopSettings, cross_entropy, train
from smfa_bench_profiles.embedded import spec as embedded
from smfa_bench_profiles.embedded.card import exact_answers, measure
from smfa_bench_profiles.embedded.pool import make_pool
from smfa_bench_profiles.pretrained.assembly import assemble
from smfa_bench_profiles.pretrained.decoder import read_decoder
from smfa_bench_profiles.pretrained.lessons import draw_lessons, lesson_batch
from smfa_bench_profiles.pretrained.spelling import spell

TINY: Final = "tiny"


class _Losses(NamedTuple):
    """How far the projector came in each lesson."""

    spelling: float
    answering: float


@dataclass(frozen=True)
class Recipe:
    """How a model is made; another recipe makes another model."""

    decoder: str
    """Folder, hub id or GGUF file."""
    vision: str = TINY
    """Whose eyes: `tiny`, or a folder that `smfa_bench_profiles.embedded.train` wrote."""
    spelling_steps: int = 2_000
    """Steps in which the projector learns to write what is drawn, without the decoder: a minute altogether."""
    steps: int = 1_000
    """Steps in which it learns from the decoder's answers."""
    batch_size: int = 8
    """Pictures in a step, each with one to six questions."""
    learning_rate: float = 1e-3
    seed: int = 0
    """Of pictures and training."""
    strangers: int = 4_000
    """People drawn for training, none of them in any benchmark set."""
    eyes: int = 2_000
    """Fundus pictures of others."""
    still_lifes: int = 2_000
    examined: int = 20
    """Strangers, eyes and still lifes that the finished model is asked about."""


def build(output: Path, recipe: Recipe, *, progress: Progress) -> None:
    """Make the model; a build that was killed goes on from its last state, kept in `<output>.unfinished`.

    The folder appears when it is whole: weights in bfloat16, processor, `recipe.json` for the benchmark, and a card.

    Args:
        output: Must not be there yet.
        recipe: What is made.
        progress: Is told of every stage.

    Raises:
        UsageError: If the folder is there, or the eyes are none of the embedded model's kind.
        PrerequisiteError: If the decoder can't be had.
    """
    if output.exists():
        raise UsageError(f"{output} is there already; name a folder that is not, or delete it.")
    eyes = embedded() if recipe.vision == TINY else embedded(Path(recipe.vision))
    decoder = read_decoder(recipe.decoder)
    torch.manual_seed(recipe.seed)
    model, processor = assemble(decoder, load_model(eyes))
    unfinished = output.with_name(f"{output.name}.unfinished")
    losses = _train_projector(model, processor, recipe, unfinished / _key(recipe), progress)
    with sealed_folder(output) as working:
        model.to(torch.bfloat16).save_pretrained(working)
        processor.save_pretrained(working)
        spec = _spec(output.name, str(working))
        write_json(working / RECIPE, spec.model_dump(mode="json", exclude={"source"}))
        measured = measure(load_model(choose_model(str(working))), people=recipe.examined, seed=recipe.seed + 2)
        write_bytes(working / "README.md", _card(recipe, losses, measured).encode())
    shutil.rmtree(unfinished, ignore_errors=True)


def _train_projector(
    model: LlavaForConditionalGeneration, processor: LlavaProcessor, recipe: Recipe, kept: Path, progress: Progress
) -> _Losses:
    """Train the projector alone, in place: first to spell, then to be answered from."""
    seed = recipe.seed
    pool = make_pool(
        people=recipe.strangers, eyes=recipe.eyes, still_lifes=recipe.still_lifes, seed=seed, progress=progress
    )
    model.requires_grad_(False)
    projector = model.model.multi_modal_projector.requires_grad_(True)
    spelling = spell(model, processor, pool, steps=recipe.spelling_steps, seed=seed, progress=progress)

    def objective(step: int) -> Tensor:
        lessons = draw_lessons(pool, recipe.batch_size, rng=random.Random(f"{seed}/projector/{step}"))
        return cross_entropy(model, lesson_batch(processor, pool, lessons))

    settings = LoopSettings(recipe.steps, recipe.learning_rate)
    make_folder(kept)
    progress.stage("projector", recipe.steps)
    losses = train(
        dict(projector.named_parameters()), objective, settings, seed=seed, progress=progress, checkpoint=kept
    )
    model.requires_grad_(True)
    return _Losses(_closing(spelling), _closing(losses))


def _spec(name: str, source: str) -> ModelSpec:
    """Return the recipe by which the benchmark teaches such a model: a starting point, not searched."""
    return ModelSpec(
        name=name,
        source=source,
        picture_size=embedded().picture_size,
        max_new_tokens=48,
        answer_batch_size=32,
        teaching=Teaching(
            epochs=10,
            min_steps=200,
            learning_rate=5e-4,
            batch_size=16,
            rank=None,
            rehearsal_share=0.1,
            everyday=True,
        ),
        adapting=Adapting(epochs=5, learning_rate=1e-3, batch_size=16),
    )


def _key(recipe: Recipe) -> str:
    return fingerprint(json.loads(json.dumps(asdict(recipe))))[:12]


def _closing(losses: list[float]) -> float:
    """Return the mean of the last losses."""
    return fmean(losses[-20:])


def _card(recipe: Recipe, losses: _Losses, measured: dict[str, tuple[int, float]]) -> str:
    told = asdict(recipe) | {"last loss": f"{losses.answering:.4f}", "last loss of spelling": f"{losses.spelling:.4f}"}
    lines = [
        "# A multimodal LLM with a pre-trained decoder",
        "",
        "Made by `smfa-bench models build`: decoder and vision tower as they were, and a projector between them that",
        "was trained on drawn pictures of strangers, their eyes and still lifes, none of them in any benchmark set:",
        "first to write what is drawn as the decoder's word embeddings, then on questions that the decoder answers.",
        "The decoder's own licence applies to it.",
        "",
        "| recipe | |",
        "|---|---|",
        *(f"| {name.replace('_', ' ')} | {value} |" for name, value in told.items()),
        "",
        *exact_answers(measured),
    ]
    return "\n".join(lines)
