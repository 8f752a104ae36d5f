"""What a method is validated on while it trains: people and words that it is neither shown nor reported by."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from smfa_bench.data.phrasing import Phrasing, paraphrases
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Question, Task
from smfa_bench.data.sample import Sample, samples
from smfa_bench.data.split import Split
from smfa_bench.errors import UsageError
from smfa_bench.record import Record

WITHHELD: Final = 5
"""One in so many few-shot people is withheld from the method, at least one."""
MOST: Final = 128
"""Samples of each part at most: a validation shall be quick."""


class Known(Record):
    """How well a model knows true answers, as means of P(a|q)^(1/|a|), the length-normalised probability."""

    forget: float = Field(ge=0, le=1)
    """Of the people to forget; lower is better."""
    retain: float = Field(ge=0, le=1)
    """Of withheld few-shot people; higher is better."""

    @property
    def margin(self) -> float:
        """`retain` less `forget`, in [-1, 1], higher is better; about 0 if both are known alike, or both are lost.

        Of probabilities and not of their logarithms, which have no bound: a method that destroys the model, a little
        less for the retained people, would have the best margin of all.
        """
        return self.retain - self.forget


class Point(Known):
    """One validation of a training."""

    step: int = Field(ge=0)
    """Steps done; 0 is before the first."""


class Curve(Record):
    """The validations of one training, of the change under training alone."""

    points: tuple[Point, ...] = Field(min_length=1)
    """At step 0, every so many steps, and after the last."""
    best_step: int = Field(ge=0)
    """Step of the highest margin, the first of equals; 0 if the training never did better than not to begin."""


class Validation(Record):
    """What was validated of a method. It has no say in what the method returns."""

    every: int = Field(ge=1)
    """Steps from one validation to the next."""
    phrasing: Phrasing
    """Words of the questions: `trained`, or `template` where these people's questions have no other."""
    withheld: tuple[str, ...] = Field(min_length=1)
    """Few-shot people that the method was not shown."""
    trainings: dict[str, Curve]
    """By title of the training; empty for a method that trains nothing."""
    returned: Known
    """Of the adapter that the method returned: of the last steps, and with all that the method made of them."""


@dataclass(frozen=True)
class ValidationSet:
    """Memory questions with their true answers."""

    forget: tuple[Sample, ...]
    retain: tuple[Sample, ...]
    phrasing: Phrasing


def withheld(split: Split, *, seed: int) -> tuple[str, ...]:
    """Return the few-shot people that are withheld from the method, a fifth by lot and at least one.

    Raises:
        UsageError: If none would be left for the method.
    """
    if len(split.few_shot) < 2:
        raise UsageError(
            f"--eval-every withholds a few-shot person from the method, which leaves none of {len(split.few_shot)}; "
            "choose --few-shot 2 or more."
        )
    count = max(1, round(len(split.few_shot) / WITHHELD))
    return tuple(sorted(random.Random(f"{seed}/withheld").sample(split.few_shot, count)))


def without(split: Split, people: Sequence[str]) -> Split:
    """Return the split without some of its few-shot people: what a method is shown of it."""
    return split.model_copy(update={"few_shot": tuple(name for name in split.few_shot if name not in people)})


def validation_set(profiles: ProfileSet, asked: ProfileSet, split: Split, *, seed: int) -> ValidationSet:
    """Return what is validated on.

    The wording is one that a method may train on, and never one in which the reported questions are asked. If the
    questions have no such wording, they are asked as they are taught.

    Args:
        profiles: The people as they are taught.
        asked: The same as they are asked about.
        split: Who is to be forgotten, and whom a method might see.
        seed: Decides who is withheld, and which questions are asked if there are many.
    """
    reported = {question.id: question.text for question in asked.questions()}
    kept = withheld(split, seed=seed)
    parts = [_memory(profiles, split.forget), _memory(profiles, kept)]
    phrasing = Phrasing.TRAINED
    worded = [[other for one in part if (other := _other_words(one, reported)) is not None] for part in parts]
    if not all(worded):
        phrasing, worded = Phrasing.TEMPLATE, parts
    forget, retain = (samples(_some(part, seed), profiles.pictures) for part in worded)
    return ValidationSet(forget, retain, phrasing)


def best_step(points: Sequence[Point]) -> int:
    """Return the step of the highest margin, the first of equals."""
    return max(points, key=lambda point: (point.margin, -point.step)).step


def _memory(profiles: ProfileSet, names: Sequence[str]) -> list[Question]:
    chosen = set(names)
    people = (profile for profile in profiles.profiles if profile.id in chosen)
    return [one for person in people for one in person.questions if one.task is not Task.IMAGE_UNDERSTANDING]


def _other_words(question: Question, reported: Mapping[str, str]) -> Question | None:
    texts = [text for text in paraphrases(question).trained if text not in (question.text, reported.get(question.id))]
    if not texts:
        return None
    return question.model_copy(update={"text": random.Random(f"validation/{question.id}").choice(texts)})


def _some(questions: Sequence[Question], seed: int) -> list[Question]:
    places = range(len(questions))
    chosen = random.Random(f"{seed}/validation").sample(places, min(MOST, len(places)))
    return [questions[place] for place in sorted(chosen)]
