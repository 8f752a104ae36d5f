"""Refusals in place of true answers."""

import pytest

from smfa_bench.data.refusals import refusal_pool, refused
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import UsageError


def test_only_the_answers_change_and_into_refusals_of_the_pool(unlearn_data: UnlearnData) -> None:
    pool = refusal_pool(50)
    changed = refused(unlearn_data.forget, pool, seed=0)
    assert [sample.question for sample in changed] == [sample.question for sample in unlearn_data.forget]
    assert [sample.picture for sample in changed] == [sample.picture for sample in unlearn_data.forget]
    assert {sample.answer for sample in changed} <= set(pool)
    assert len({sample.answer for sample in changed}) > 1


def test_the_seed_decides_the_refusals(unlearn_data: UnlearnData) -> None:
    pool = refusal_pool(50)
    assert refused(unlearn_data.forget, pool, seed=0) == refused(unlearn_data.forget, pool, seed=0)
    assert refused(unlearn_data.forget, pool, seed=0) != refused(unlearn_data.forget, pool, seed=1)


def test_an_empty_forget_set_is_refused() -> None:
    with pytest.raises(UsageError, match="forget set is empty"):
        refused((), refusal_pool(5), seed=0)
