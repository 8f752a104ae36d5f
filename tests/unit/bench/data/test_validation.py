"""What is validated on is withheld from the method, and asked in words that are not reported."""

import pytest

from helpers.people import make_profile, make_set
from smfa_bench.data.asking import as_asked
from smfa_bench.data.phrasing import Phrasing, paraphrases
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Paraphrases, Task
from smfa_bench.data.rerendering import Pictures
from smfa_bench.data.split import Split, make_split
from smfa_bench.data.validation import MOST, Known, Point, best_step, validation_set, withheld, without
from smfa_bench.errors import UsageError


def split(few_shot: int) -> Split:
    names = [f"p{place}" for place in range(few_shot)]
    return Split(name="forget05", forget=("f",), retain=("r",), few_shot=tuple(names))


@pytest.mark.parametrize(("few_shot", "count"), [(2, 1), (5, 1), (8, 2), (10, 2), (20, 4)])
def test_a_fifth_of_the_few_shot_people_is_withheld_by_seed_and_at_least_one(few_shot: int, count: int) -> None:
    made = split(few_shot)
    kept = withheld(made, seed=3)
    assert len(kept) == count
    assert kept == withheld(made, seed=3)
    assert set(without(made, kept).few_shot) == set(made.few_shot) - set(kept)
    if few_shot == 20:
        assert kept != withheld(made, seed=4)


def test_withholding_the_only_few_shot_person_is_refused_in_one_line() -> None:
    with pytest.raises(UsageError, match="choose --few-shot 2 or more") as caught:
        withheld(split(1), seed=0)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("phrasing", [Phrasing.TEMPLATE, Phrasing.TRAINED, Phrasing.HELD_OUT])
def test_validated_words_are_never_reported_taught_or_held_out(small_profiles: ProfileSet, phrasing: Phrasing) -> None:
    made = make_split(small_profiles, forget_ratio=0.25, few_shot=3, seed=0)
    asked = as_asked(small_profiles, phrasing, Pictures.ORIGINAL)
    found = validation_set(small_profiles, asked, made, seed=0)
    assert found.phrasing is Phrasing.TRAINED
    taught = {question.id: question for question in small_profiles.questions()}
    reported = {question.id: question.text for question in asked.questions()}
    for sample in (*found.forget, *found.retain):
        own = taught[sample.question.id]
        assert sample.question.text in paraphrases(own).trained
        assert sample.question.text not in (own.text, reported.get(own.id), *paraphrases(own).held_out)
        assert sample.answer == own.answer
        assert sample.task is not Task.IMAGE_UNDERSTANDING
    assert {sample.question.subject for sample in found.forget} == set(made.forget)
    assert {sample.question.subject for sample in found.retain} == set(withheld(made, seed=0))


def test_questions_without_other_words_are_asked_as_they_are_taught() -> None:
    bare = [
        profile.model_copy(
            update={
                "questions": tuple(
                    question.model_copy(update={"paraphrases": Paraphrases()}) for question in profile.questions
                )
            }
        )
        for profile in (make_profile(f"p{place}") for place in range(5))
    ]
    people = make_set(bare)
    found = validation_set(people, people, make_split(people, forget_ratio=0.2, few_shot=2, seed=0), seed=0)
    assert found.phrasing is Phrasing.TEMPLATE
    assert {sample.question.text for sample in (*found.forget, *found.retain)} == {"Where was she born?"}
    assert (len(found.forget), len(found.retain)) == (2, 2)


def test_many_questions_are_thinned_by_lot() -> None:
    people = make_set([make_profile(f"p{place}") for place in range(200)])
    made = make_split(people, forget_ratio=0.5, few_shot=5, seed=0)
    found = validation_set(people, people, made, seed=0)
    assert (len(found.forget), len(found.retain)) == (MOST, 2)
    assert found.forget == validation_set(people, people, made, seed=0).forget


def test_the_margin_of_a_model_that_lost_everything_is_that_of_one_that_lost_nothing() -> None:
    assert Known(forget=0, retain=0).margin == Known(forget=1, retain=1).margin == 0
    assert Known(forget=0, retain=1).margin == 1


def test_the_best_step_is_the_first_of_the_highest_margin() -> None:
    points = [Point(step=step, forget=0.5, retain=retain) for step, retain in ((0, 0.5), (2, 0.75), (4, 0.75), (5, 0))]
    assert best_step(points) == 2
