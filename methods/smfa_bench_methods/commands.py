"""`smfa-bench resculpt`: another k for a finished SMFA run, without training."""

from pathlib import Path
from typing import Annotated

import typer

from smfa_bench.cli.display import Display


def resculpt(
    run: Annotated[str, typer.Argument(help="Run id or folder of an SMFA run.")],
    k: Annotated[list[float], typer.Option(help="New k, at least 0; inf masks nothing. May be repeated.")],
    k_text: Annotated[
        float | None, typer.Option(help="New k of the text forgetting adapter, if there are two.")
    ] = None,
    runs_dir: Annotated[Path, typer.Option(help="Where run folders are.")] = Path("runs"),
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Sculpt the saved adapter of a run with other k, and measure each: a new run, as if trained with that k."""
    from smfa_bench.adapter.files import load_adapter
    from smfa_bench.cache import cache_folder
    from smfa_bench.cli.display import make_progress
    from smfa_bench.cli.launch import print_result
    from smfa_bench.errors import UsageError
    from smfa_bench.processes import is_first
    from smfa_bench.results.store import ADAPTER, find_run, read_result
    from smfa_bench.runner.setting import Setting, prepare
    from smfa_bench.runner.stages import run_prepared
    from smfa_bench_methods.sculpted_adapter import SculptedAdapter

    folder = find_run(run, runs_dir)
    config = read_result(folder).config
    adapter = load_adapter(folder / ADAPTER)
    if not isinstance(adapter, SculptedAdapter):
        raise UsageError(f"{run} holds a {adapter.kind} adapter; only runs of SMFA can be sculpted anew.")
    if not all(value >= 0 for value in (*k, *([] if k_text is None else [k_text]))):
        raise UsageError("k must be a number of at least 0; it may be inf.")
    setting: Setting | None = None
    for value in k:
        given = config.options | {"k": str(value)} | ({} if k_text is None else {"k_text": str(k_text)})
        text = float(str(given.get("k_text", value)))
        renewed = adapter.resculpted({part: text if part == "text" else value for part in adapter.forgetting})
        with make_progress(display if is_first() else Display.NONE) as progress:
            asked = config.model_copy(update={"options": given})
            setting = prepare(asked, cache_folder(), progress, before=setting)
            result = run_prepared(setting, runs_dir=runs_dir, adapter=renewed)
        print_result(result, runs_dir)
