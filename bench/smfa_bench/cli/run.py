"""`smfa-bench run`: teach, unlearn, answer, score."""

from pathlib import Path
from typing import Annotated

import typer

from smfa_bench.cli.display import Display
from smfa_bench.tracking import Tracker


def run(
    method: Annotated[str, typer.Option(help="Name, package.module:Class or ./file.py:Class.")],
    model: Annotated[str, typer.Option(help="Name, ./file.py:function, folder or hub id.")] = "tiny",
    dtype: Annotated[
        str | None, typer.Option(help="float32, bfloat16 or float16.", show_default="by the machine")
    ] = None,
    device_map: Annotated[
        str | None,
        typer.Option(help="Where layers go, such as auto.", show_default="first accelerator, else processor"),
    ] = None,
    attn: Annotated[str | None, typer.Option(help="Attention: sdpa, eager, …", show_default="by transformers")] = None,
    quantization: Annotated[
        str | None,
        typer.Option(help="Decoder in 4bit or 8bit, by bitsandbytes.", show_default="weights as they are"),
    ] = None,
    gradient_checkpointing: Annotated[
        bool, typer.Option("--gradient-checkpointing", help="Compute activations twice: slower, in less memory.")
    ] = False,
    gate: Annotated[
        float | None, typer.Option(help="Fact that the vanilla model must reach.", show_default="by the model's recipe")
    ] = None,
    profiles: Annotated[
        str, typer.Option(help="Source of the people: a name, ./my.jsonl or a saved folder.")
    ] = "fictional",
    size: Annotated[
        int | None, typer.Option(help="People the vanilla model is taught. [default: 100, or all of a file]")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seeds people, split, teaching and method.")] = 0,
    forget_ratio: Annotated[float, typer.Option(help="Share of the people to forget, in (0, 0.5].")] = 0.05,
    forget_by: Annotated[str, typer.Option(help="Forget set drawn at random, by household or by employer.")] = "random",
    few_shot: Annotated[int, typer.Option(help="Retain profiles that the method may see.")] = 10,
    few_shot_sampling: Annotated[str, typer.Option(help="random or stratified.")] = "random",
    judge: Annotated[str, typer.Option(help="Who gives Fact and Meaningful.")] = "offline",
    judge_set: Annotated[
        list[str] | None, typer.Option("--judge-set", help="Option of the judge as key=value; may be repeated.")
    ] = None,
    with_retain_model: Annotated[
        bool, typer.Option("--with-retain-model", help="Also train the gold reference; adds the gold score.")
    ] = False,
    knowledge: Annotated[
        str | None, typer.Option(help="Also ask about the world: text, or picture for beside a white one.")
    ] = None,
    track: Annotated[
        Tracker | None, typer.Option(help="Tell the curves of every training to a tracker.", show_default="none")
    ] = None,
    eval_every: Annotated[
        int | None,
        typer.Option(help="Validate every so many steps, on a fifth of the few-shot people.", show_default="never"),
    ] = None,
    phrasing: Annotated[
        str | None,
        typer.Option(
            help="Words of the questions: held-out, trained, cloze, or template (as taught).",
            show_default="held-out, template where people have no other words",
        ),
    ] = None,
    pictures: Annotated[
        str, typer.Option(help="The people's pictures: original (as taught), or rerendered in another view.")
    ] = "original",
    option: Annotated[
        list[str] | None, typer.Option("--set", help="Option of the method as key=value; may be repeated.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell the stages to do and about how long they take; do none.")
    ] = False,
    runs_dir: Annotated[Path, typer.Option(help="Where run folders go.")] = Path("runs"),
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Measure one unlearning method; a run that was interrupted goes on, a finished one is shown again."""
    from smfa_bench.cli.foretell import foretell
    from smfa_bench.cli.launch import launch
    from smfa_bench.data.sources import usual_size
    from smfa_bench.options import parse_options
    from smfa_bench.scoring.appoint import with_options

    asked = {
        "method": method,
        "model": model,
        "loading": {
            "dtype": dtype,
            "device_map": device_map,
            "attn": attn,
            "quantization": quantization,
            "gradient_checkpointing": gradient_checkpointing,
        },
        "gate": gate,
        "profiles": profiles,
        "size": usual_size(profiles) if size is None else size,
        "seed": seed,
        "forget_ratio": forget_ratio,
        "forget_by": forget_by,
        "few_shot": few_shot,
        "few_shot_sampling": few_shot_sampling,
        "judge": with_options(judge, judge_set or []),
        "with_retain_model": with_retain_model,
        "knowledge": knowledge,
        "phrasing": phrasing,
        "pictures": pictures,
        **({} if eval_every is None else {"eval_every": eval_every}),  # trackers name a run by all of this
        "options": parse_options(option or []),
    }
    if dry_run:
        foretell(asked, runs_dir=runs_dir)
    else:
        launch(asked, runs_dir=runs_dir, display=display, tracker=track)
