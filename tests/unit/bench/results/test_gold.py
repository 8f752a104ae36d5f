"""A gold score is suspicious where it lies above what a second retain model gets."""

import pytest

from helpers.people import JUDGE, make_record
from smfa_bench.data.question import Task
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench.results.gold import GoldCheck, gold_of
from smfa_bench.results.result import Measure


@pytest.mark.parametrize(
    ("score", "retain", "above"),
    [
        (0.9, Measure(value=0.95, low=0.9, high=0.97), False),
        (0.96, Measure(value=0.95, low=0.9, high=0.97), False),
        (0.98, Measure(value=0.95, low=0.9, high=0.97), True),
        (0.96, Measure(value=0.95), True),
        (None, Measure(value=0.95), False),
        (0.9, Measure(value=None), False),
    ],
)
def test_only_a_score_above_the_other_models_interval_is_above(
    score: float | None, retain: Measure, above: bool
) -> None:
    one = GoldCheck(
        run_id="a", method="m", part="forget05", seed=0, other_seed=1, run=Measure(value=score), retain=retain
    )
    assert one.above is above


def _records(stage: Stage, *, forget: float) -> list[AnswerRecord]:
    """Return one answer a person and task: the forget set's score as given, 10 for all others."""
    return [
        make_record(part, task, {"fact": score, "meaningful": 10.0}, subject=f"{part}{person}", stage=stage)
        for part, score in ((Part.FORGET, forget), (Part.RETAIN, 10.0))
        for task in Task
        for person in range(2)
    ]


def test_another_model_is_scored_in_the_place_of_the_unlearned_one() -> None:
    run = [
        *_records(Stage.VANILLA, forget=10.0),
        *_records(Stage.RETAIN, forget=0.0),
        *_records(Stage.UNLEARNED, forget=10.0),
    ]
    other = _records(Stage.RETAIN, forget=1.0)  # a tenth of the way from the run's retain model to vanilla
    assert gold_of(run, other, judge=JUDGE, seed=0).value == pytest.approx(0.9)
    assert gold_of(run, run[-len(other) :], judge=JUDGE, seed=0).value == 0
