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


def make_submission(name: str, gold: float | None = None, *, spread: float = 0.0, **given: Any) -> Submission:
    """Return a submission over three seeds, whose gold scores are `gold` and `spread` below and above it."""
    runs = []
    for seed in range(3):
        numbers: Mapping[str, float | None] = MEMORY | (
            {} if gold is None else {"gold_score": gold + spread * (seed - 1)}
        )
        references = {Stage.VANILLA: MEMORY}
        result = make_result("smfa", numbers, seed=seed, references=references, seconds={"unlearning": 9.0}, **given)
        runs.append(SubmittedRun(result=result, answers=""))
    return Submission(name=name, contact="ada@example.org", code="https://example.org/", runs=tuple(runs))
