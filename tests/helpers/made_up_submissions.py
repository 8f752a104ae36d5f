"""Submissions of results that nobody measured, for tests of what shows them; they would not be verified."""

from collections.abc import Mapping
from typing import Any, Final

from helpers.results_factory import make_result
from smfa_bench.results.answer import Stage
from smfa_bench_leaderboard.submission import Submission, SubmittedRun

MEMORY: Final = {
    "forget.image_memory.fact": 1.0,
    "forget.text_memory.fact": 1.0,
    "retain.image_memory.fact": 9.0,
    "retain.text_memory.fact": 9.0,
    "forget.image_understanding.fact": 8.0,
}


BY_DOMAIN: Final = {
    f"{place}.{domain}.fact": value
    for place, values in {"forget.image_memory": (0.5, 1.5), "forget.image_understanding": (9.0, 7.0)}.items()
    for domain, value in zip(("portrait", "fundus"), values, strict=True)
}


def make_submission(
    name: str, gold: float | None = None, *, spread: float = 0.0, domains: bool = False, **given: Any
) -> Submission:
    """Return a submission over three seeds, whose gold scores are `gold` and `spread` below and above it.

    With `domains` some of its cells are given by domain too.
    """
    cells = MEMORY | (BY_DOMAIN if domains else {})
    runs = []
    for seed in range(3):
        numbers: Mapping[str, float | None] = cells | (
            {} if gold is None else {"gold_score": gold + spread * (seed - 1)}
        )
        references = {Stage.VANILLA: cells}
        result = make_result("smfa", numbers, seed=seed, references=references, seconds={"unlearning": 9.0}, **given)
        runs.append(SubmittedRun(result=result, answers=""))
    return Submission(name=name, contact="ada@example.org", code="https://example.org/", runs=tuple(runs))
