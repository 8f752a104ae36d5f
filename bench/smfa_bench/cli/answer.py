"""`smfa-bench answer`: ask a served model what a finished run asked."""

from pathlib import Path
from typing import Annotated

import typer

from smfa_bench.cli.display import Display


def answer(
    run: Annotated[str, typer.Argument(help="Run id or folder.")],
    answers_from: Annotated[str, typer.Option(help="OpenAI-compatible endpoint, such as http://localhost:8000/v1.")],
    served_model: Annotated[str, typer.Option(help="Name of the unlearned model there.")],
    served_text_model: Annotated[
        str | None, typer.Option(help="Who is asked without a picture, if that is another.")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Most calls under way at a time.")] = 16,
    attempts: Annotated[int, typer.Option(min=1, help="Most calls for one answer.")] = 6,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one call.")] = 120.0,
    runs_dir: Annotated[Path, typer.Option(help="Where run folders are, and the new one goes.")] = Path("runs"),
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Ask a server that has the unlearned model of a run, merged or as a LoRA, the same questions, and score again."""
    from rich.console import Console

    from smfa_bench.cli.display import make_progress
    from smfa_bench.cli.table import result_table
    from smfa_bench.generation.served import Server
    from smfa_bench.results.judged import by_own_judge
    from smfa_bench.results.store import find_run
    from smfa_bench.runner.reanswering import answer_again

    server = Server(answers_from, served_model, served_text_model, concurrency, attempts, timeout)
    with make_progress(display) as progress:
        result = answer_again(find_run(run, runs_dir), server, runs_dir=runs_dir, progress=progress)
    Console().print(result_table(by_own_judge(result)))
    Console(stderr=True).print(f"result and answers: {runs_dir / result.run_id}", soft_wrap=True)
