"""Makes the embedded model's base weights: `python -m smfa_bench_profiles.embedded.train --output FOLDER`."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import torch
import typer
from transformers import LlavaProcessor

from smfa_bench.cli.display import make_progress
from smfa_bench.data.profile import Scene
from smfa_bench.data.refusals import refusal_pool
from smfa_bench.models.vision_language import load_model
from smfa_bench.progress import Progress
from smfa_bench_profiles.embedded import spec
from smfa_bench_profiles.embedded.architecture import build_model, build_processor
from smfa_bench_profiles.embedded.card import measure, write_card
from smfa_bench_profiles.embedded.language_stage import train_language
from smfa_bench_profiles.embedded.pool import make_pool
from smfa_bench_profiles.embedded.vision_stage import train_tower
from smfa_bench_profiles.paraphrases import paraphrases


@dataclass(frozen=True)
class Recipe:
    """How the weights are made; another recipe makes another model."""

    seed: int = 0
    """Of data and training."""
    strangers: int = 16_000
    """People drawn for training, none of them in any benchmark set."""
    eyes: int = 10_000
    """Fundus pictures of others."""
    still_lifes: int = 10_000
    vision_steps: int = 4_800
    """Steps of 128 pictures for the vision tower."""
    language_steps: int = 1_600
    """Steps of 32 conversations for projector and decoder."""
    held_out: int = 500
    """Strangers, and half as many eyes and still lifes, that the tower's reading is measured on."""
    examined: int = 200
    """Strangers, eyes and still lifes that the model's answers are measured on."""


def make_embedded(output: Path, recipe: Recipe, *, progress: Progress) -> None:
    """Train the model from scratch, measure it on people it has never seen, and write weights, processor and card."""
    start = time.monotonic()
    output.mkdir(parents=True, exist_ok=True)
    seed, refusals = recipe.seed, refusal_pool()
    pool = make_pool(
        people=recipe.strangers, eyes=recipe.eyes, still_lifes=recipe.still_lifes, seed=seed, progress=progress
    )
    few = recipe.held_out // 2
    held_out = make_pool(people=recipe.held_out, eyes=few, still_lifes=few, seed=seed + 1, progress=progress)
    processor: LlavaProcessor = build_processor([*_texts(pool.scenes), *refusals * 20])
    torch.manual_seed(seed)
    model = build_model(processor)
    reading = train_tower(model, pool, held_out, steps=recipe.vision_steps, seed=seed, progress=progress)
    losses = train_language(model, processor, pool, refusals, steps=recipe.language_steps, seed=seed, progress=progress)
    minutes = (time.monotonic() - start) / 60
    model.half().save_pretrained(output)
    processor.save_pretrained(output)
    measured = measure(load_model(spec(output)), people=recipe.examined, seed=seed + 2)
    last = losses[-20:]
    told = {name.replace("_", " "): value for name, value in asdict(recipe).items()}
    told |= {"last loss": round(sum(last) / len(last), 4), "minutes": round(minutes, 1)}
    write_card(output / "README.md", told, reading, measured)


def main(
    output: Annotated[Path, typer.Option(help="Folder for weights, processor and model card.")],
    seed: Annotated[int, typer.Option(help="Seeds data and training.")] = Recipe.seed,
) -> None:
    """Train the embedded model from scratch and measure it on people it has never seen."""
    with make_progress("rich") as progress:
        make_embedded(output, Recipe(seed=seed), progress=progress)


def _texts(scenes: list[Scene]) -> Iterator[str]:
    """Yield every text the tokenizer is trained on: it must spell what strangers are asked, in all words, and told."""
    for scene in scenes[::4]:
        for question in scene.questions:
            yield from (question.text, question.answer)
            if other := paraphrases(question):
                yield from (*other.trained, *other.held_out, *other.cloze)


if __name__ == "__main__":
    typer.run(main)
