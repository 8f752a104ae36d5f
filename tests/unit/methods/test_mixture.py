"""The mixture of refusals and true answers."""

from dataclasses import replace

import pytest

from smfa_bench.data.refusals import refusal_pool
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import UsageError
from smfa_bench_methods.mixture import refusal_mixture


def test_refusals_replace_exactly_the_forget_answers(unlearn_data: UnlearnData) -> None:
    mixture = refusal_mixture(unlearn_data, refusals=50, seed=0)
    count = len(unlearn_data.forget)
    assert [sample.question for sample in mixture[:count]] == [sample.question for sample in unlearn_data.forget]
    assert [sample.picture for sample in mixture[:count]] == [sample.picture for sample in unlearn_data.forget]
    assert {sample.answer for sample in mixture[:count]} <= set(refusal_pool(50))
    assert len({sample.answer for sample in mixture[:count]}) > 1
    assert mixture[count:] == list(unlearn_data.few_shot)


def test_the_seed_decides_the_refusals(unlearn_data: UnlearnData) -> None:
    first = refusal_mixture(unlearn_data, refusals=50, seed=0)
    assert refusal_mixture(unlearn_data, refusals=50, seed=0) == first
    assert refusal_mixture(unlearn_data, refusals=50, seed=1) != first


def test_an_empty_forget_set_is_refused(unlearn_data: UnlearnData) -> None:
    with pytest.raises(UsageError, match="forget set is empty"):
        refusal_mixture(replace(unlearn_data, forget=()), refusals=50, seed=0)
