"""Samples: questions with their true answers and pictures."""

from collections import Counter
from collections.abc import Iterator, Mapping

from PIL import Image

from helpers.people import make_profile
from smfa_bench.data.question import Task
from smfa_bench.data.sample import samples


class Counting(Mapping[str, Image.Image]):
    """Pictures that remember how often each was opened."""

    def __init__(self) -> None:
        self.opened: Counter[str] = Counter()

    def __getitem__(self, name: str) -> Image.Image:
        self.opened[name] += 1
        return Image.new("RGB", (1, 1))

    def __iter__(self) -> Iterator[str]:
        return iter(("p0", "p1"))

    def __len__(self) -> int:
        return 2


def test_a_sample_has_the_true_answer_and_its_questions_task() -> None:
    questions = make_profile("p0").questions
    made = samples(questions, Counting())
    assert [sample.answer for sample in made] == [question.answer for question in questions]
    assert [sample.task for sample in made] == list(Task)


def test_a_text_question_has_no_picture_and_opens_none() -> None:
    pictures = Counting()
    text = [question for question in make_profile("p0").questions if question.task is Task.TEXT_MEMORY]
    assert samples(text, pictures)[0].picture is None
    assert not pictures.opened


def test_a_picture_is_opened_once_and_shared_by_its_questions() -> None:
    pictures = Counting()
    made = samples([*make_profile("p0").questions, *make_profile("p1").questions], pictures)
    assert pictures.opened == {"p0": 1, "p1": 1}
    assert made[0].picture is made[1].picture
    assert made[0].picture is not made[3].picture
