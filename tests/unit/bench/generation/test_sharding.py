"""Shares of the questions: nobody's picture is shown by two processes, and all are asked once."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from helpers.people import make_question
from smfa_bench.data.question import Task
from smfa_bench.data.sample import Sample
from smfa_bench.generation.sharding import own_share


def asked(subjects: Sequence[int], task: Task) -> list[Sample]:
    return [
        Sample(make_question(f"p{subject}", task).model_copy(update={"id": str(place)}), "", {})
        for place, subject in enumerate(subjects)
    ]


@given(st.lists(st.integers(0, 9), max_size=40), st.integers(1, 4), st.sampled_from(Task))
def test_every_question_is_in_one_share_and_a_person_in_no_two(subjects: list[int], size: int, task: Task) -> None:
    samples = asked(subjects, task)
    shares = [own_share(samples, rank=rank, size=size) for rank in range(size)]
    assert sorted(int(one.question.id) for share in shares for one in share) == list(range(len(samples)))
    people = [{one.question.subject for one in share} for share in shares]
    assert sum(len(part) for part in people) == len(set(subjects))
    for share in shares:
        places = [int(one.question.id) for one in share]
        assert places == sorted(places)


@given(st.integers(1, 30), st.integers(1, 4))
def test_shares_of_like_groups_differ_by_one_group_at_most(groups: int, size: int) -> None:
    samples = asked([subject for subject in range(groups) for _ in range(3)], Task.IMAGE_MEMORY)
    lengths = [len(own_share(samples, rank=rank, size=size)) for rank in range(size)]
    assert max(lengths) - min(lengths) <= 3


def test_one_process_has_all_in_their_order() -> None:
    samples = asked([3, 1, 3, 2], Task.TEXT_MEMORY)
    assert own_share(samples, rank=0, size=1) == samples
