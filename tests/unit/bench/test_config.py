"""Options of methods: their defaults, their bounds, and what a model's recipe fills in."""

import math

import pytest
from pydantic import ValidationError

from smfa_bench.config import Adapting, LoraConfig, MethodConfig


def test_the_recipe_fills_what_is_open_and_nothing_else() -> None:
    resolved = LoraConfig(learning_rate=0.5).resolved(Adapting(epochs=7, learning_rate=0.1, batch_size=3))
    assert (resolved.epochs, resolved.learning_rate, resolved.batch_size) == (7, 0.5, 3)
    assert (resolved.rank, resolved.alpha) == (16, 16.0)


def test_options_without_open_ends_are_resolved_as_they_are() -> None:
    assert MethodConfig().resolved(Adapting()) == MethodConfig()


def test_options_come_back_from_json() -> None:
    config = LoraConfig(rank=4, epochs=2)
    assert LoraConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rank", 0),
        ("alpha", 0),
        ("alpha", math.inf),
        ("dropout", 1),
        ("dropout", -0.1),
        ("epochs", 0),
        ("learning_rate", 0),
        ("learning_rate", math.nan),
        ("batch_size", -1),
        ("rnak", 8),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValidationError, match=name):
        LoraConfig.model_validate({name: value})
