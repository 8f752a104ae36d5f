"""`smfa-bench judge`: how far can a judge be trusted?"""

from typing import TYPE_CHECKING, Annotated

import typer

from smfa_bench.cli.display import Display

if TYPE_CHECKING:
    from rich.table import Table

    from smfa_bench.scoring.agreement import Agreement, Ordering

app = typer.Typer(help="Measure judges.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Measure judges."""


@app.command()
def agreement(
    judge: Annotated[str, typer.Option(help="The judge to measure.")] = "offline",
    judge_set: Annotated[
        list[str] | None, typer.Option("--judge-set", help="Option of the judge as key=value; may be repeated.")
    ] = None,
    against: Annotated[
        str | None, typer.Option(help="Another judge to compare it with; options as in NAME?key=value.")
    ] = None,
    half: Annotated[str, typer.Option(help="Half of the judged corpus: development or held-out.")] = "held-out",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Show how far a judge agrees with answers whose bands are known, and with another judge."""
    import json

    from rich.console import Console

    from smfa_bench.cli.display import make_progress
    from smfa_bench.errors import unknown
    from smfa_bench.scoring.agreement import agreement as agree
    from smfa_bench.scoring.agreement import between
    from smfa_bench.scoring.appoint import appoint, with_options
    from smfa_bench.scoring.corpus.item import Half, judged_corpus
    from smfa_bench.scoring.verdict import verdicts

    if half not in list(Half):
        raise unknown("half of the corpus", half, Half)
    judges = [appoint(name) for name in (with_options(judge, judge_set or []), against) if name is not None]
    items = judged_corpus(Half(half))
    with make_progress(display) as progress:
        given = [verdicts(one, [(item.question, item.answer) for item in items], progress=progress) for one in judges]
    found = [agree(one.name, half, items, said) for one, said in zip(judges, given, strict=True)]
    pair = {asked: between(asked, *given) for asked in ("fact", "meaningful")} if against is not None else {}
    if as_json:
        document = {
            "judges": [one.model_dump(mode="json") for one in found],
            "between": {asked: ordering.model_dump() for asked, ordering in pair.items()},
        }
        print(json.dumps(document, indent=2, ensure_ascii=False))  # noqa: T201
        return
    console = Console()
    for one in found:
        console.print(_table(one))
        console.print(_summary(one), highlight=False)
    for asked, ordering in pair.items():
        console.print(f"{judges[0].name} and {judges[1].name} on {asked}: {_ordered(ordering)}", highlight=False)


def _table(found: "Agreement") -> "Table":
    from rich.table import Table

    table = Table("answer", "n", "missing", "Fact", "Meaningful", title=f"{found.judge}, {found.half} half")
    for form, row in found.forms.items():
        table.add_row(form, str(row.n), str(row.missing), _percent(row.fact), _percent(row.meaningful))
    return table


def _summary(found: "Agreement") -> str:
    return "\n".join(
        (
            f"within one band: {_percent(found.within_one_band)}; leaks told: {_percent(found.leaks_told)}",
            f"collapse above 2: {found.collapse_above_2}; fluent refusals below 7: {found.refusals_below_7}",
            f"without a verdict: {found.missing} of {found.n}",
            f"Fact: {_ordered(found.fact)}",
            f"Meaningful: {_ordered(found.meaningful)}",
        )
    )


def _ordered(ordering: "Ordering") -> str:
    shown = ("n/a" if value is None else f"{value:.3f}" for value in (ordering.spearman, ordering.kappa))
    return "Spearman {}, kappa {} (n = {})".format(*shown, ordering.n)


def _percent(share: float | None) -> str:
    return "n/a" if share is None else f"{100 * share:.1f} %"
