"""Makes the embedded model's base weights: `python -m smfa_bench_profiles.embedded.train --output FOLDER`."""

import time
from pathlib import Path
from typing import Annotated

import torch
import typer
from transformers import LlavaProcessor

from smfa_bench.cli.display import make_progress
from smfa_bench.data.profile import Scene
from smfa_bench.data.refusals import refusal_pool
from smfa_bench.models.vision_language import load_model
from smfa_bench_profiles.embedded import spec
from smfa_bench_profiles.embedded.architecture import build_model, build_processor
from smfa_bench_profiles.embedded.card import measure, write_card
from smfa_bench_profiles.embedded.language_stage import train_language
from smfa_bench_profiles.embedded.pool import make_pool
from smfa_bench_profiles.embedded.vision_stage import train_tower


def main(
    output: Annotated[Path, typer.Option(help="Folder for weights, processor and model card.")],
    seed: Annotated[int, typer.Option(help="Seeds data and training.")] = 0,
    people: Annotated[int, typer.Option(help="Strangers drawn for training.")] = 16_000,
    still_lifes: Annotated[int, typer.Option(help="Still lifes drawn for training.")] = 10_000,
    vision_steps: Annotated[int, typer.Option(help="Steps of 128 pictures for the vision tower.")] = 2_400,
    language_steps: Annotated[int, typer.Option(help="Steps of 32 conversations for projector and decoder.")] = 700,
) -> None:
    """Train the embedded model from scratch and measure it on people it has never seen."""
    start = time.monotonic()
    output.mkdir(parents=True, exist_ok=True)
    refusals = refusal_pool()
    with make_progress("rich") as progress:
        pool = make_pool(people=people, still_lifes=still_lifes, seed=seed, progress=progress)
        held_out = make_pool(people=500, still_lifes=250, seed=seed + 1, progress=progress)
        processor: LlavaProcessor = build_processor([*_texts(pool.scenes), *refusals * 20])
        torch.manual_seed(seed)
        model = build_model(processor)
        reading = train_tower(model, pool, held_out, steps=vision_steps, seed=seed, progress=progress)
        losses = train_language(model, processor, pool, refusals, steps=language_steps, seed=seed, progress=progress)
    seconds = time.monotonic() - start
    model.half().save_pretrained(output)
    processor.save_pretrained(output)
    measured = measure(load_model(spec(output)), seed=seed + 2)
    recipe = {
        "seed": seed,
        "strangers": people,
        "still lifes": still_lifes,
        "vision steps": vision_steps,
        "language steps": language_steps,
        "last loss": round(sum(losses[-20:]) / len(losses[-20:]), 4),
        "minutes": round(seconds / 60, 1),
    }
    write_card(output / "README.md", recipe, reading, measured)


def _texts(scenes: list[Scene]) -> list[str]:
    """Return every text the tokenizer is trained on: it must spell what strangers are asked and told."""
    return [text for scene in scenes[::4] for question in scene.questions for text in (question.text, question.answer)]


if __name__ == "__main__":
    typer.run(main)
