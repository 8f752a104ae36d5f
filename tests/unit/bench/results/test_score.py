"""Scoring: every answer gets the judge's scores, the rules' and its probability."""

from types import SimpleNamespace

import pytest

from helpers.people import make_record
from smfa_bench.data.question import Question, Task
from smfa_bench.progress import Silent
from smfa_bench.registry import SCORERS
from smfa_bench.results.answer import Part, Stage
from smfa_bench.results.score import installed_scorers, score_answers
from smfa_bench.scoring.scorer import Score


class HalfKnowing:
    name = "half-1"

    def fact(self, question: Question, answer: str) -> Score:
        return Score(value=5.0 if question.answer != answer else 10.0)

    def meaningful(self, question: Question, answer: str) -> Score:
        return Score(value=None, reason=f"no opinion on {question.id} and {answer}")


class Length:
    name, low, high = "length", 0.0, 100.0

    def __call__(self, question: Question, answer: str) -> Score:
        return Score(value=float(len(question.text) + len(answer)))


def test_each_answer_gets_the_scores_of_judge_rules_and_likelihood() -> None:
    before = make_record(Part.FORGET, Task.TEXT_MEMORY, {"old": 1.0}, answer="In Oslo.")
    (after,) = score_answers([before], HalfKnowing(), [Length()], progress=Silent())
    assert {name: score.value for name, score in after.scores.items()} == {"probability": 0.5, "length": 27.0}
    assert (after.verdicts["half-1"].fact.value, after.verdicts["half-1"].meaningful.value) == (5.0, None)
    bare: dict[str, object] = {"scores": {}, "verdicts": {}}
    assert after.model_copy(update=bare) == before.model_copy(update=bare)


def test_verdicts_of_several_judges_stay_side_by_side() -> None:
    first = make_record(Part.FORGET, Task.TEXT_MEMORY, {"fact": 1.0, "meaningful": 2.0})
    (both,) = score_answers([first], HalfKnowing(), [], progress=Silent())
    assert list(both.verdicts) == ["offline-1", "half-1"]
    assert both.verdicts["offline-1"] == first.verdicts["offline-1"]
    (again,) = score_answers([both], HalfKnowing(), [], progress=Silent())
    assert again == both


def test_what_models_say_alike_is_scored_once_and_their_probabilities_stay_apart() -> None:
    asked: list[tuple[str, str]] = []

    class Counting(HalfKnowing):
        def fact(self, question: Question, answer: str) -> Score:
            asked.append((question.text, answer))
            return super().fact(question, answer)

    one = make_record(Part.FORGET, Task.TEXT_MEMORY, {}, answer="In Oslo.")
    reworded = one.question.model_copy(update={"text": "Which town?"})
    records = [
        one,
        one.model_copy(update={"model": Stage.RETAIN, "probability": 0.25}),
        one.model_copy(update={"answer": "In Rome."}),
        one.model_copy(update={"question": reworded}),
    ]
    scored = score_answers(records, Counting(), [Length()], progress=Silent())
    assert asked == [(one.question.text, "In Oslo."), (one.question.text, "In Rome."), ("Which town?", "In Oslo.")]
    assert [record.scores["probability"].value for record in scored] == [0.5, 0.25, 0.5, 0.5]
    alone = [score_answers([record], HalfKnowing(), [Length()], progress=Silent())[0] for record in records]
    assert scored == alone


def test_no_answers_have_no_scores() -> None:
    assert score_answers([], HalfKnowing(), [], progress=Silent()) == []


class Nameless:
    """A scorer that does not say what its scores are called."""


def test_a_broken_scorer_is_named_and_left_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sound = [scorer.name for scorer in installed_scorers()]
    for name, load in (("broken", lambda: 1 / 0), ("nameless", lambda: Nameless)):
        monkeypatch.setitem(SCORERS.entries, name, SimpleNamespace(load=load, dist=None))
    assert [scorer.name for scorer in installed_scorers()] == sound
    assert "scorer broken is left out" in caplog.text
    assert "scorer nameless is left out" in caplog.text
