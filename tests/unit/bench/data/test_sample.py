"""Samples: questions with their true answers and pictures."""

import pickle
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from PIL import Image

from helpers.people import make_profile
from smfa_bench.data.question import Task
from smfa_bench.data.sample import KEPT, samples


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


def test_a_picture_is_opened_when_it_is_asked_for_and_kept_while_few_others_are() -> None:
    pictures = Counting()
    made = samples([*make_profile("p0").questions, *make_profile("p1").questions], pictures)
    assert [sample.pictured for sample in made] == [sample.task is not Task.TEXT_MEMORY for sample in made]
    assert not pictures.opened
    first = made[0].picture
    assert made[0].picture is made[1].picture is first
    assert made[3].picture is not first
    assert pictures.opened == {"p0": 1, "p1": 1}
    for number in range(KEPT):
        _ = made[0].pictures[f"other {number}"]
    assert made[0].picture is not first
    assert pictures.opened["p0"] == 2
    assert list(made[0].pictures) == ["p0", "p1"]


def test_other_words_go_with_the_same_picture() -> None:
    sample = replace(samples(make_profile("p0").questions, Counting())[0], others=("Who?",))
    own, other = sample.wordings()
    assert (own.question, own.others) == (sample.question, ())
    assert (other.question.text, other.answer) == ("Who?", sample.answer)
    assert other.pictures is sample.pictures


def test_samples_go_to_other_processes_with_their_pictures() -> None:
    made = samples(make_profile("p0").questions, {"p0": Image.new("RGB", (1, 1), "red")})
    again = pickle.loads(pickle.dumps(made))
    assert again == made
    assert again[0].picture == made[0].picture
