"""`smfa-bench models`: make a multimodal LLM to measure on."""

from pathlib import Path
from typing import Annotated

import typer

from smfa_bench.cli.display import Display

app = typer.Typer(name="models", help="Make a multimodal LLM to measure on.", no_args_is_help=True)


@app.callback()
def _make() -> None:
    """Make a multimodal LLM to measure on."""


@app.command()
def build(
    decoder: Annotated[str, typer.Option(help="Causal language model: a folder, a hub id or a .gguf file.")],
    output: Annotated[Path, typer.Option(help="Folder to write, which is not there yet.")],
    vision: Annotated[str, typer.Option(help="Whose eyes: tiny, or a folder of such a model.")] = "tiny",
    spelling_steps: Annotated[
        int,
        typer.Option(min=1, help="Steps in which the projector learns to write what is drawn, without the decoder."),
    ] = 2_000,
    steps: Annotated[int, typer.Option(min=1, help="Steps in which it learns from the decoder's answers.")] = 1_000,
    batch_size: Annotated[int, typer.Option(min=1, help="Pictures in a step.")] = 8,
    learning_rate: Annotated[float, typer.Option(help="Of the steps with the decoder.")] = 1e-3,
    seed: Annotated[int, typer.Option(help="Seeds pictures and training.")] = 0,
    strangers: Annotated[int, typer.Option(min=1, help="People drawn for the training.")] = 4_000,
    still_lifes: Annotated[int, typer.Option(min=1, help="Still lifes drawn for the training.")] = 2_000,
    examined: Annotated[int, typer.Option(min=2, help="Strangers that the finished model is asked about.")] = 20,
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Give a pre-trained language model eyes: a LLaVA whose projector is trained on drawn pictures."""
    from smfa_bench.cli.display import make_progress
    from smfa_bench_profiles.pretrained.build import Recipe
    from smfa_bench_profiles.pretrained.build import build as make

    recipe = Recipe(
        decoder=decoder,
        vision=vision,
        spelling_steps=spelling_steps,
        steps=steps,
        batch_size=batch_size,
        learning_rate=learning_rate,
        seed=seed,
        strangers=strangers,
        still_lifes=still_lifes,
        examined=examined,
    )
    with make_progress(display) as progress:
        make(output, recipe, progress=progress)
    typer.echo(output)
