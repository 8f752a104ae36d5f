"""What a model is trained on, and what an unlearning method may see."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from PIL import Image

from smfa_bench.data.question import Question, Task


@dataclass(frozen=True)
class Sample:
    """One question with the answer a model should give."""

    question: Question
    answer: str
    pictures: Mapping[str, Image.Image] = field(compare=False, repr=False)
    """RGB pictures by id, that of the question among them."""
    others: tuple[str, ...] = ()
    """Other words of the question; a training takes one wording an epoch."""

    @property
    def task(self) -> Task:
        """The sub-task of the question."""
        return self.question.task

    @property
    def pictured(self) -> bool:
        """Whether a picture is shown with the question."""
        return self.question.picture is not None

    @property
    def picture(self) -> Image.Image | None:
        """The RGB picture shown with the question, drawn or read when it is asked for; None for text memory."""
        return None if self.question.picture is None else self.pictures[self.question.picture]

    def wordings(self) -> "Iterator[Sample]":
        """Yield the sample in its own words, then in each of the others."""
        yield replace(self, others=())
        for text in self.others:
            yield Sample(self.question.model_copy(update={"text": text}), self.answer, self.pictures)


@dataclass(frozen=True)
class UnlearnData:
    """All that a method is given: the threat model, held by construction."""

    forget: tuple[Sample, ...]
    """The memory questions of the forget set with their true answers."""
    few_shot: tuple[Sample, ...]
    """All questions of the few-shot retain set with their true answers, image understanding among them."""


def samples(questions: Iterable[Question], pictures: Mapping[str, Image.Image]) -> tuple[Sample, ...]:
    """Pair questions with their true answers and pictures; none is opened yet, and `KEPT` at most are kept open."""
    recent = RecentPictures(pictures)
    return tuple(Sample(question, question.answer, recent) for question in questions)


KEPT: Final = 128
"""More pictures than most methods are given; those of a thousand people would fill the memory."""


class RecentPictures(Mapping[str, Image.Image]):
    """Pictures by id; those that were asked for last are kept."""

    def __init__(self, pictures: Mapping[str, Image.Image]) -> None:
        """Remember where pictures come from."""
        self._pictures = pictures
        self._open = lru_cache(maxsize=KEPT)(pictures.__getitem__)

    def __reduce__(self) -> tuple[type["RecentPictures"], tuple[Mapping[str, Image.Image]]]:
        return RecentPictures, (self._pictures,)

    def __getitem__(self, name: str) -> Image.Image:
        return self._open(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._pictures)

    def __len__(self) -> int:
        return len(self._pictures)
