"""What a model is trained on, and what an unlearning method may see."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from PIL import Image

from smfa_bench.data.question import Question, Task


@dataclass(frozen=True)
class Sample:
    """One question with the answer a model should give."""

    question: Question
    answer: str
    picture: Image.Image | None
    """RGB picture shown with the question; None for text memory."""
    others: tuple[str, ...] = ()
    """Other words of the question; a training takes one wording an epoch."""

    @property
    def task(self) -> Task:
        """The sub-task of the question."""
        return self.question.task

    def wordings(self) -> "Iterator[Sample]":
        """Yield the sample in its own words, then in each of the others."""
        yield replace(self, others=())
        for text in self.others:
            yield Sample(self.question.model_copy(update={"text": text}), self.answer, self.picture)


@dataclass(frozen=True)
class UnlearnData:
    """All that a method is given: the threat model, held by construction."""

    forget: tuple[Sample, ...]
    """The memory questions of the forget set with their true answers."""
    few_shot: tuple[Sample, ...]
    """All questions of the few-shot retain set with their true answers, image understanding among them."""


def samples(questions: Iterable[Question], pictures: Mapping[str, Image.Image]) -> tuple[Sample, ...]:
    """Pair questions with their true answers and pictures; one picture is opened once."""
    opened: dict[str, Image.Image] = {}
    paired = []
    for question in questions:
        name = question.picture
        if name is not None and name not in opened:
            opened[name] = pictures[name]
        paired.append(Sample(question, question.answer, None if name is None else opened[name]))
    return tuple(paired)
