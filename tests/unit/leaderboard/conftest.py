"""Checks of submissions without their slow parts: few fictional people, and no answer scored twice."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.submitted_runs import few_scenes
from smfa_bench.registry import PROFILES
from smfa_bench.results.answer import AnswerRecord
from smfa_bench.results.score import score_answers
from smfa_bench_leaderboard import verification


@pytest.fixture(scope="session")
def quick_checks() -> Iterator[None]:
    """The source "fictional" is that of the made-up runs, and equal answers to equal questions share their scores."""
    known: dict[object, Any] = {}

    def remembering(records: Sequence[AnswerRecord], judge: Any, rules: Any, *, progress: Any) -> list[AnswerRecord]:
        keys = [(one.question, one.answer, one.probability, *(rule.name for rule in rules)) for one in records]
        new = [one for one, key in zip(records, keys, strict=True) if key not in known]
        for scored in score_answers(new, judge, rules, progress=progress):
            known[scored.question, scored.answer, scored.probability, *(rule.name for rule in rules)] = scored
        found = [(one, known[key]) for one, key in zip(records, keys, strict=True)]
        return [one.model_copy(update={"scores": it.scores, "verdicts": it.verdicts}) for one, it in found]

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PROFILES.entries, "fictional", SimpleNamespace(load=lambda: few_scenes))
        patch.setattr(verification, "score_answers", remembering)
        yield
