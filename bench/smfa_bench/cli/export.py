"""`smfa-bench export`: the adapter of a run for other software."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from smfa_bench.cli.display import Display

if TYPE_CHECKING:
    from smfa_bench.adapter.adapter import Modality


USUAL_RANK: Final = 16


class Form(StrEnum):
    """What is written."""

    PEFT = "peft"
    MERGED = "merged"
    DELTA = "delta"


def export(
    run: Annotated[str, typer.Argument(help="Run id or folder.")],
    to: Annotated[Form, typer.Option(help="A LoRA of PEFT, merged weights, or the dense change.")],
    output: Annotated[Path, typer.Option(help="Folder to write, which is not there yet.")],
    rank: Annotated[int | None, typer.Option(help="Rank of the LoRA, peft only. [default: 16]")] = None,
    modality: Annotated[
        str | None, typer.Option(help="image or text: whose change, if the adapter tells them apart.")
    ] = None,
    runs_dir: Annotated[Path, typer.Option(help="Where run folders are.")] = Path("runs"),
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Write what a run's method changed, in a form that needs no smfa-bench to be used."""
    from smfa_bench.adapter.export import export_delta, export_merged, export_peft
    from smfa_bench.adapter.files import load_adapter
    from smfa_bench.cache import cache_folder
    from smfa_bench.cli.display import make_progress
    from smfa_bench.errors import UsageError
    from smfa_bench.results.answer import Stage
    from smfa_bench.results.store import ADAPTER, find_run, read_result
    from smfa_bench.runner.references import taught_model
    from smfa_bench.runner.setting import prepare

    if rank is not None and to is not Form.PEFT:
        raise UsageError(f"--rank is the rank of a LoRA, and {to} is none; leave it out or choose --to peft.")
    folder = find_run(run, runs_dir)
    result = read_result(folder)
    adapter = load_adapter(folder / ADAPTER)
    whose = _whose(modality, routed=adapter.routed)
    if to is Form.PEFT:
        found = export_peft(adapter, output, rank=USUAL_RANK if rank is None else rank, modality=whose)
        typer.echo(f"relative error of rank {found.rank}: {found.relative_error:.3g}")
    elif to is Form.DELTA:
        export_delta(adapter, output, modality=whose)
    else:
        with make_progress(display) as progress:
            setting = prepare(result.config, cache_folder(), progress)
            vanilla = taught_model(setting, Stage.VANILLA).folder
        export_merged(setting.spec, vanilla or Path(setting.spec.source), adapter, output, modality=whose)
    typer.echo(f"written: {output}", err=True)


def _whose(modality: str | None, *, routed: bool) -> "Modality":
    from smfa_bench.adapter.adapter import Modality
    from smfa_bench.errors import UsageError, unknown

    if modality is None:
        if routed:
            raise UsageError(
                "the adapter changes picture and text questions differently; add --modality image or text."
            )
        return Modality.IMAGE
    if modality not in list(Modality):
        raise unknown("modality", modality, list(Modality))
    return Modality(modality)
