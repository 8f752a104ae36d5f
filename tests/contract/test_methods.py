"""Every installed method holds to every property of its contract; and the check finds out who does not."""

import random
from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pytest
import torch

from helpers.broken_methods import BROKEN, Faultless, NeedsAnOption, Raises
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import UsageError
from smfa_bench.method import Method
from smfa_bench.models.spec import ModelSpec
from smfa_bench.models.vision_language import load_model
from smfa_bench.registry import METHODS
from smfa_bench.testing import check_method
from smfa_bench.testing.check_method import try_properties
from smfa_bench.testing.properties import PROPERTIES, same_bits
from smfa_bench.testing.trial import Trial

Trials = Callable[[type[Method]], Trial]


@pytest.fixture(scope="module")
def trials(small_spec: ModelSpec, unlearn_data: UnlearnData) -> Trials:
    """One trial a method: its unlearnings are shared by all properties."""
    return cache(lambda method: Trial(method, partial(load_model, small_spec), unlearn_data))


@pytest.mark.parametrize("title", PROPERTIES)
@pytest.mark.parametrize("name", METHODS.entries)
def test_installed_method_keeps_its_contract(name: str, title: str, trials: Trials) -> None:
    PROPERTIES[title](trials(METHODS.get(name)))


def test_a_faultless_method_passes_every_property(trials: Trials) -> None:
    outcomes = list(try_properties(trials(Faultless)))
    assert [outcome.title for outcome in outcomes if outcome.passed] == list(PROPERTIES)


@pytest.mark.parametrize("method", BROKEN, ids=lambda method: method.__name__)
def test_exactly_the_broken_property_fails_and_says_why(method: type[Method], trials: Trials) -> None:
    failed = {outcome.title: outcome.why for outcome in try_properties(trials(method)) if not outcome.passed}
    assert list(failed) == [BROKEN[method]]
    assert len(failed[BROKEN[method]]) > 10


def test_every_property_can_fail() -> None:
    assert set(BROKEN.values()) == set(PROPERTIES)


def test_without_an_adapter_its_properties_are_left_out(trials: Trials) -> None:
    titles = [outcome.title for outcome in try_properties(trials(Raises))]
    assert titles == [
        "options survive JSON",
        "unknown options are refused",
        "unlearning returns an adapter",
        "the model is left as it was, bit for bit",
    ]


def test_the_fault_of_a_method_is_in_the_outcome(trials: Trials) -> None:
    told = [outcome.why for outcome in try_properties(trials(Raises))]
    assert any(why.startswith("raised RuntimeError: out of luck, broken_methods.py line ") for why in told)


def test_options_without_defaults_are_a_failure_and_no_crash(trials: Trials) -> None:
    failed = [outcome.title for outcome in try_properties(trials(NeedsAnOption)) if not outcome.passed]
    assert failed == ["options survive JSON", "unlearning returns an adapter"]


@pytest.mark.parametrize("method", [Faultless, "helpers.broken_methods:Faultless"], ids=["class", "path"])
def test_a_method_can_be_given_as_a_class_or_by_name(method: str | type[Method], small_model_name: str) -> None:
    outcomes = check_method(method, model=small_model_name)
    assert [outcome.title for outcome in outcomes if outcome.passed] == list(PROPERTIES)


@pytest.mark.parametrize("name", ["nobody", "pathlib:Path", "helpers.broken_methods:random_factors"])
def test_what_is_no_method_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="method"):
        check_method(name)


def test_a_check_leaves_the_global_generators_alone(small_model_name: str) -> None:
    before = torch.get_rng_state(), random.getstate(), str(np.random.get_state())
    check_method(Faultless, model=small_model_name)
    torch_state, *others = torch.get_rng_state(), random.getstate(), str(np.random.get_state())
    assert torch.equal(torch_state, before[0])
    assert others == list(before[1:])


def test_bits_tell_zeros_apart_and_nan_equals_itself() -> None:
    assert not same_bits(torch.tensor([0.0]), torch.tensor([-0.0]))
    assert same_bits(torch.tensor(float("nan")), torch.tensor(float("nan")))
    assert not same_bits(torch.zeros(2), torch.zeros(2, dtype=torch.int32))
    assert not same_bits(torch.zeros(2, 3), torch.zeros(3, 2))
