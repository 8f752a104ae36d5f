"""`smfa-bench resculpt`: another k for a finished SMFA run, without training."""

from pathlib import Path
from typing import Annotated

import typer

from smfa_bench.cli.display import Display


def resculpt(
    run: Annotated[str, typer.Argument(help="Run id or folder of an SMFA run.")],
    k: Annotated[float, typer.Option(help="New k, at least 0; inf masks nothing.")],
    k_text: Annotated[
        float | None, typer.Option(help="New k of the text forgetting adapter, if there are two.")
    ] = None,
    runs_dir: Annotated[Path, typer.Option(help="Where run folders are.")] = Path("runs"),
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Sculpt the saved adapter of a run with another k, and measure it: a new run, as if trained with that k."""
    from smfa_bench.adapter.files import load_adapter
    from smfa_bench.cli.launch import launch
    from smfa_bench.errors import UsageError
    from smfa_bench.results.store import ADAPTER, find_run, read_result
    from smfa_bench_methods.sculpted_adapter import SculptedAdapter

    folder = find_run(run, runs_dir)
    result = read_result(folder)
    adapter = load_adapter(folder / ADAPTER)
    if not isinstance(adapter, SculptedAdapter):
        raise UsageError(f"{run} holds a {adapter.kind} adapter; only runs of SMFA can be sculpted anew.")
    if not k >= 0 or (k_text is not None and not k_text >= 0):
        raise UsageError("k must be a number of at least 0; it may be inf.")
    given = result.config.options | {"k": str(k)}
    if k_text is not None:
        given["k_text"] = str(k_text)
    text = float(str(given.get("k_text", k)))
    renewed = adapter.resculpted({part: text if part == "text" else k for part in adapter.forgetting})
    config = result.config.model_copy(update={"options": given})
    launch(config.model_dump(), runs_dir=runs_dir, display=display, adapter=renewed)
