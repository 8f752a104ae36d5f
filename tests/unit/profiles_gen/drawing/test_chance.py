"""Draws by lot: every option comes up, as often as its weight says."""

import random
from collections import Counter

from smfa_bench_profiles.drawing.chance import between, choose, choose_weighted


def test_every_option_is_as_likely_as_the_other() -> None:
    rng = random.Random(0)
    seen = Counter(choose(rng, "abcd") for _ in range(4000))
    assert all(abs(seen[option] - 1000) < 120 for option in "abcd")


def test_options_come_up_by_their_weights() -> None:
    rng = random.Random(0)
    seen = Counter(choose_weighted(rng, {"often": 3.0, "seldom": 1.0, "never": 0.0}) for _ in range(4000))
    assert abs(seen["often"] - 3000) < 120
    assert seen["never"] == 0


def test_numbers_lie_between_their_bounds_and_survive_a_file() -> None:
    rng = random.Random(0)
    numbers = [between(rng, -0.2, 0.3) for _ in range(500)]
    assert min(numbers) >= -0.2
    assert max(numbers) <= 0.3
    assert all(round(number, 3) == number for number in numbers)


def test_one_draw_takes_one_number_of_the_generator() -> None:
    one, other = random.Random(4), random.Random(4)
    choose(one, "ab")
    choose_weighted(one, {"a": 1.0, "b": 1.0})
    between(one, 0.0, 1.0)
    for _ in range(3):
        other.random()
    assert one.getstate() == other.getstate()
