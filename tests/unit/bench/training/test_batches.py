"""The order of training: nobody is left out, and the seed decides everything."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.models.encoding import Example
from smfa_bench.training.batches import WINDOW, BatchPlan, own_share


def examples(lengths: Sequence[int], *, first: int = 0) -> list[tuple[Example]]:
    """Return examples of one wording that are told apart by their first token."""
    return [(Example({"input_ids": torch.full((n,), first + place)}, {}, 0),) for place, n in enumerate(lengths)]


def names(plan: BatchPlan, epoch: int) -> list[list[int]]:
    """Return the first tokens of each batch of an epoch."""
    steps = range(epoch * plan.batches_per_epoch, (epoch + 1) * plan.batches_per_epoch)
    return [[int(example.tokens["input_ids"][0]) for example in plan.batch(step)] for step in steps]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=80), st.integers(1, 9), st.integers(), st.integers(0, 3))
def test_every_example_comes_once_an_epoch_in_batches_of_the_size(
    lengths: list[int], size: int, seed: int, epoch: int
) -> None:
    batches = names(BatchPlan(examples(lengths), batch_size=size, seed=seed), epoch)
    assert Counter(name for batch in batches for name in batch) == Counter(range(len(lengths)))
    assert all(1 <= len(batch) <= size for batch in batches)
    assert sum(len(batch) == size for batch in batches) == len(lengths) // size


def test_the_seed_decides_the_order_and_every_epoch_has_its_own() -> None:
    plans = [BatchPlan(examples([3] * 50), batch_size=4, seed=seed) for seed in (0, 0, 1)]
    assert names(plans[0], 0) == names(plans[1], 0)
    assert names(plans[0], 0) != names(plans[2], 0)
    assert names(plans[0], 0) != names(plans[0], 1)


def test_a_step_depends_on_its_number_alone() -> None:
    plan = BatchPlan(examples([3] * 50), batch_size=4, seed=0)
    forward = [names(plan, epoch) for epoch in range(5)]
    assert [names(plan, epoch) for epoch in reversed(range(5))] == forward[::-1]


def test_examples_of_like_length_share_a_batch() -> None:
    lengths = [1, 9] * (WINDOW // 2) * 4
    batches = names(BatchPlan(examples(lengths), batch_size=4, seed=0), 0)
    assert all(len({lengths[name] for name in batch}) == 1 for batch in batches)


@pytest.mark.parametrize(("share", "joining"), [(0.0, 0), (0.25, 5), (1.0, 20)])
def test_a_share_of_the_occasional_examples_joins_each_epoch(share: float, joining: int) -> None:
    plan = BatchPlan(examples([2] * 10), batch_size=3, seed=0, occasional=examples([2] * 20, first=100), share=share)
    epochs = [Counter(name for batch in names(plan, epoch) for name in batch) for epoch in range(2)]
    for epoch in epochs:
        assert {name for name in epoch if name < 100} == set(range(10))
        assert sum(name >= 100 for name in epoch) == joining
        assert set(epoch.values()) == {1}
    assert (epochs[0] != epochs[1]) == (joining == 5)


def test_an_epoch_takes_one_wording_of_each_example_and_in_time_all_are_taken() -> None:
    wordings = [tuple(wording for (wording,) in examples([2, 3, 4], first=10 * place)) for place in range(20)]
    plan = BatchPlan(wordings, batch_size=4, seed=0)
    epochs = [[name for batch in names(plan, epoch) for name in batch] for epoch in range(30)]
    assert all(sorted(name // 10 for name in epoch) == list(range(20)) for epoch in epochs)
    assert {name for epoch in epochs for name in epoch} == {
        10 * place + wording for place in range(20) for wording in range(3)
    }


def test_packed_examples_about_one_picture_come_in_twos_and_nobody_is_left_out() -> None:
    pictures = [{"pixel_values": torch.zeros(1)} for _ in range(6)]
    every = [(Example({"input_ids": torch.tensor([place])}, pictures[place % 6], 0),) for place in range(60)]
    told = [(Example({"input_ids": torch.tensor([place])}, {}, 0),) for place in range(60, 80)]
    plan = BatchPlan([*every, *told], batch_size=8, seed=0, packed=True)
    order = [name for batch in names(plan, 0) for name in batch]
    assert sorted(order) == list(range(80))
    beside = sum(one < 60 and other < 60 and one % 6 == other % 6 for one, other in pairwise(order))
    assert 30 <= beside < 45
    assert names(plan, 0) != names(plan, 1)
    alone = BatchPlan(every, batch_size=2, seed=0, packed=True)
    assert sum(one % 6 == other % 6 for one, other in names(alone, 0)) < 15


@given(st.integers(1, 5), st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_the_mean_of_what_processes_learn_is_the_mean_over_the_answer_tokens_of_the_whole_batch(
    count: int, told: list[int]
) -> None:
    batch = [Example({"input_ids": torch.full((2 + n,), place)}, {}, 2) for place, n in enumerate(told)]

    def mean(part: Sequence[Example]) -> float:
        tokens = [float(token) for example in part for token in example.tokens["input_ids"][2:]]
        return sum(tokens) / len(tokens)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORLD_SIZE", str(count))
        shares = []
        for number in range(count):
            patch.setenv("RANK", str(number))
            own, counting = own_share(batch)
            shares.append(counting * mean(own))
    assert sum(shares) / count == pytest.approx(mean(batch))
