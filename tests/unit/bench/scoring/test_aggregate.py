import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.scoring.aggregate import (
    gold_distance,
    gold_score,
    overall_meaningful,
    overall_memory,
    overall_understanding,
)

PLACES = [
    f"{part}.{task}" for part in ("forget", "retain") for task in ("image_understanding", "image_memory", "text_memory")
]


def cells(*values: float, scorer: str = "fact") -> dict[str, float | None]:
    return {f"{place}.{scorer}": value for place, value in zip(PLACES, values, strict=True)}


six = st.lists(st.floats(0, 10), min_size=6, max_size=6).map(lambda values: cells(*values))


def test_understanding_reproduces_the_published_row() -> None:
    # SMFA, LLaVA-OneVision, 5 %: forget 7.02, retain 7.33
    assert overall_understanding(cells(7.02, 0, 0, 7.33, 0, 0), "fact") == pytest.approx(7.175)


def test_memory_by_hand() -> None:
    # image: 8 - 2 = 6; text: 9 - 5 = 4
    assert overall_memory(cells(0, 2, 5, 0, 8, 9), "fact") == pytest.approx(5)


def test_meaningful_by_hand() -> None:
    assert overall_meaningful(cells(10, 8, 6, 10, 8, 6, scorer="meaningful")) == pytest.approx(8)


def test_the_gold_model_wins_and_doing_nothing_scores_zero() -> None:
    retain_model = cells(9.8, 0.3, 0, 9.9, 10, 10)
    vanilla = cells(9.9, 10, 10, 9.9, 10, 10)
    collapsed = cells(0, 0, 0, 0, 0, 0)
    assert gold_score(retain_model, vanilla, retain_model) == 1
    assert gold_score(vanilla, vanilla, retain_model) == 0
    collapse = gold_score(collapsed, vanilla, retain_model)
    assert collapse is not None
    assert collapse < 0


def test_distance_by_hand() -> None:
    # |gaps| 1, 2, 0, 0, 3, 0 = 6; / 6 cells / 10
    assert gold_distance(cells(5, 7, 5, 5, 2, 5), cells(4, 5, 5, 5, 5, 5)) == pytest.approx(0.1)


def test_nothing_to_gain_is_missing_not_zero() -> None:
    same = cells(1, 2, 3, 4, 5, 6)
    assert gold_score(cells(0, 0, 0, 0, 0, 0), same, same) is None


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("gone", ["absent", "unscored"])
def test_a_missing_cell_makes_the_aggregate_missing(place: str, gone: str) -> None:
    whole = cells(1, 2, 3, 4, 5, 6)
    part = dict(whole)
    if gone == "absent":
        del part[f"{place}.fact"]
    else:
        part[f"{place}.fact"] = None
    assert gold_distance(part, whole) is None
    assert gold_distance(whole, part) is None
    assert gold_score(whole, part, whole) is None
    if "understanding" in place:
        assert overall_understanding(part, "fact") is None
    else:
        assert overall_memory(part, "fact") is None


@given(six, six)
def test_distance_is_symmetric_and_in_range(one: dict[str, float | None], other: dict[str, float | None]) -> None:
    distance = gold_distance(one, other)
    assert distance is not None
    assert 0 <= distance <= 1
    assert distance == gold_distance(other, one)
    assert gold_distance(one, one) == 0
