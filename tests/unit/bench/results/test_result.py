"""Results of several judges: each is seen by itself, and numbers of two are never mixed."""

import json

import pytest
from pydantic import ValidationError

from helpers.results_factory import make_judged, make_result
from smfa_bench.errors import UsageError
from smfa_bench.results.answer import Stage
from smfa_bench.results.result import Judged, RunResult

FACT = "forget.text_memory.fact"


def judged(value: float, appointed: str) -> Judged:
    return make_judged({Stage.UNLEARNED: {FACT: value}}, appointed=appointed)


@pytest.fixture
def result() -> RunResult:
    judges = {
        "offline-1": judged(1.0, "offline"),
        "openai a prompt-0": judged(2.0, "openai?model=a"),
        "openai b prompt-0": judged(3.0, "openai?model=b"),
        "offline-2": judged(4.0, "offline"),
    }
    return make_result().model_copy(update={"judged": judges})


@pytest.mark.parametrize(
    ("asked", "value"),
    [("offline-1", 1.0), ("offline", 4.0), ("openai a prompt-0", 2.0), ("openai?model=b", 3.0)],
)
def test_a_judge_is_found_by_its_name_or_by_what_it_was_appointed_by(
    result: RunResult, asked: str, value: float
) -> None:
    seen = result.by(asked)
    assert seen.models[Stage.UNLEARNED].cells[FACT].value == value
    assert list(seen.judged) == [seen.judge]


def test_a_name_that_several_judges_share_is_refused_with_all_of_them(result: RunResult) -> None:
    with pytest.raises(UsageError, match="means 2 judges of smfa-0: openai a prompt-0, openai b prompt-0; name one"):
        result.by("openai")


def test_a_judge_that_was_not_asked_is_refused_with_what_to_do(result: RunResult) -> None:
    with pytest.raises(UsageError, match=r"no scores of the judge 'hf'\. Valid: .* score smfa-0 --judge hf"):
        result.by("hf")


def test_numbers_of_several_judges_can_not_be_read_at_once(result: RunResult) -> None:
    for read in (lambda: result.models, lambda: result.judge):
        with pytest.raises(ValueError, match="4 judges, which are never mixed"):
            read()


def test_numbers_that_need_no_judge_stand_beside_those_of_each(result: RunResult) -> None:
    rules = make_result(numbers={"forget.text_memory.rouge_l": 0.5}).models
    with_rules = result.model_copy(update={"unjudged": rules})
    for name in result.judged:
        assert set(with_rules.by(name).models[Stage.UNLEARNED].cells) == {FACT, "forget.text_memory.rouge_l"}


def test_a_number_can_not_stand_among_both(result: RunResult) -> None:
    document = json.loads(result.model_dump_json())
    document["unjudged"] = document["judged"]["offline-1"]["models"]
    with pytest.raises(ValidationError, match="among those of a judge and among those that need none"):
        RunResult.model_validate(document)


def test_a_result_is_of_one_judge_at_least(result: RunResult) -> None:
    document = json.loads(result.model_dump_json()) | {"judged": {}}
    with pytest.raises(ValidationError, match="judged"):
        RunResult.model_validate(document)
