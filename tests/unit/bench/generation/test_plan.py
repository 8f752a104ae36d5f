"""Which questions are answered together: every one once, and no picture in two rounds."""

from collections import Counter
from dataclasses import replace

import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers.people import make_question
from smfa_bench.data.question import Task
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.generation.plan import TOGETHER, Group, batch_plan, find_groups, make_rounds, parts
from smfa_bench.models.encoding import Example, encode
from smfa_bench.models.vision_language import VisionLanguageModel


@given(st.lists(st.none() | st.integers(0, 9), max_size=200), st.integers(1, 3))
def test_parts_hold_every_question_once_and_all_about_a_picture(pictures: list[int | None], size: int) -> None:
    asked = [
        Sample(
            make_question("p0", Task.IMAGE_MEMORY).model_copy(
                update={"picture": None if picture is None else str(picture)}
            ),
            "",
            {},
        )
        for picture in pictures
    ]
    found = parts(asked, size)
    assert Counter(place for part in found for place in part) == Counter(range(len(asked)))
    assert all(len(part) >= TOGETHER * size for part in found[:-1])
    for picture in {picture for picture in pictures if picture is not None}:
        holding = [part for part in found if any(pictures[place] == picture for place in part)]
        assert len(holding) == 1
    order = [pictures[place] is None for part in found for place in part]
    assert order == sorted(order)
    largest = max(Counter(pictures).values(), default=0)
    assert all(len(part) < TOGETHER * size + largest for part in found)


@given(st.lists(st.integers(1, 100), max_size=40), st.integers(1, 9))
def test_the_plan_holds_every_place_once_longest_first(lengths: list[int], size: int) -> None:
    plan = batch_plan([(length,) for length in lengths], size)
    places = [place for batch in plan for place in batch]
    assert Counter(places) == Counter(range(len(lengths)))
    assert [lengths[place] for place in places] == sorted(lengths, reverse=True)
    assert all(len(batch) == size for batch in plan[:-1])


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 12)), max_size=20), st.integers(1, 5))
def test_rounds_hold_every_question_once_and_openings_of_one_length(shapes: list[tuple[int, int]], rows: int) -> None:
    starts = [sum(count for _, count in shapes[:number]) for number in range(len(shapes) + 1)]
    groups = [
        Group(opening, tuple(range(starts[number], starts[number + 1]))) for number, (opening, _) in enumerate(shapes)
    ]
    examples = [
        Example({"input_ids": torch.zeros(opening + 2 + place % 7)}, {}, opening + 1)
        for group, (opening, _) in zip(groups, shapes, strict=True)
        for place in group.places
    ]
    rounds = make_rounds(examples, groups, rows)
    assert Counter(group for one in rounds for group in one.groups) == Counter(groups)
    for one in rounds:
        asked = [place for batch in one.batches for place in batch]
        assert Counter(asked) == Counter(place for group in one.groups for place in group.places)
        assert len({group.opening for group in one.groups}) == 1
        assert len(one.groups) <= rows
        assert all(len(batch) == rows for batch in one.batches[:-1])
    assert make_rounds(examples, groups, rows) == rounds


def test_questions_about_one_picture_are_a_group_and_those_about_none_another(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    asked = unlearn_data.few_shot
    examples = encode(small_vlm, asked)
    groups = find_groups(small_vlm, examples)
    assert groups is not None
    assert [{asked[place].question.picture for place in group.places} for group in groups] == [
        {picture} for picture in dict.fromkeys(sample.question.picture for sample in asked)
    ]
    # "<user>" and the sixteen tokens of the picture; "<user>" alone without one, as the questions begin differently.
    assert {group.opening for group in groups if asked[group.places[0]].picture} == {17}
    assert {group.opening for group in groups if not asked[group.places[0]].picture} == {1}


def test_there_are_no_groups_where_a_picture_or_a_common_beginning_is_not_found(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    pictured, told = (
        encode(small_vlm, [sample for sample in unlearn_data.forget if sample.pictured is not without][:2])
        for without in (False, True)
    )
    image = small_vlm.model.config.image_token_id
    hidden = replace(pictured[0], tokens={name: tensor.clone() for name, tensor in pictured[0].tokens.items()})
    hidden.tokens["input_ids"][hidden.tokens["input_ids"] == image] = 0
    assert find_groups(small_vlm, [hidden]) is None
    assert find_groups(small_vlm, [replace(told[0], prompt_length=1)]) is None
    assert find_groups(small_vlm, told) is not None
