"""Methods by name and typed options: every fault is found before anything slow begins."""

import math
from typing import cast

import pytest
from pydantic import JsonValue

from smfa_bench.config import Adapting, LoraConfig
from smfa_bench.errors import UsageError
from smfa_bench.options import make_method, method_class, parse_options

RECIPE = Adapting(epochs=3, learning_rate=0.01, batch_size=4)


def test_assignments_become_options() -> None:
    assert parse_options(["k=2.5", "mask=both", "path=a=b"]) == {"k": "2.5", "mask": "both", "path": "a=b"}


@pytest.mark.parametrize("assignment", ["k", "=2.5", ""])
def test_what_is_no_assignment_is_refused_with_an_example(assignment: str) -> None:
    with pytest.raises(UsageError, match=r"write for example --set k=2.5"):
        parse_options([assignment])


def test_an_option_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="'k' is given twice"):
        parse_options(["k=1", "k=2"])


def test_an_option_unknown_to_the_method_is_answered_with_the_near_match() -> None:
    with pytest.raises(UsageError, match=r"unknown option of idk-tuning 'rnak'. Did you mean 'rank'"):
        make_method("idk-tuning", {"rnak": "8"}, RECIPE)


def test_all_values_that_are_not_valid_are_told_at_once() -> None:
    with pytest.raises(UsageError, match=r"rank: .*; alpha: .*"):
        make_method("smfa", {"rank": "0", "alpha": "many"}, RECIPE)


def test_a_fault_between_options_is_told_under_the_methods_name() -> None:
    with pytest.raises(UsageError, match=r"smfa: .*k_text needs adapters = 2"):
        make_method("smfa", {"k_text": "1"}, RECIPE)


def test_typed_values_are_read_as_the_options_types_and_the_rest_is_the_recipes() -> None:
    config = cast(LoraConfig, make_method("idk-tuning", {"rank": "8", "learning_rate": "0.5"}, RECIPE).config)
    assert (config.rank, config.learning_rate, config.epochs, config.batch_size) == (8, 0.5, 3, 4)


@pytest.mark.parametrize("given", ["inf", "Infinity", math.inf])
def test_an_infinite_k_survives_json(given: JsonValue) -> None:
    config = make_method("smfa", {"k": given}, RECIPE).config
    again = type(config).model_validate_json(config.model_dump_json())
    assert again == config
    assert again.model_dump()["k"] == math.inf


@pytest.mark.parametrize("name", ["pathlib:Path", "json:loads"])
def test_what_is_no_method_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} is not a method"):
        method_class(name)


def test_a_method_refuses_another_methods_options() -> None:
    with pytest.raises(UsageError, match="Smfa takes SmfaConfig, not LoraConfig"):
        method_class("smfa")(LoraConfig())
