"""In which words a question is asked: its own, or a paraphrase of it."""

import random
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from smfa_bench.data.profile import Profile, Scene
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Paraphrases, Question
from smfa_bench.data.sample import Sample
from smfa_bench.errors import UsageError
from smfa_bench.registry import PARAPHRASES

AnyScene = TypeVar("AnyScene", Profile, Scene)


class Phrasing(StrEnum):
    """The wording in which questions are asked.

    Models are taught in all of them; methods are shown the template, and may use the trained ones.
    """

    TEMPLATE = "template"
    TRAINED = "trained"
    """Paraphrases that a method may train on."""
    HELD_OUT = "held-out"
    """Paraphrases that no method trains on."""
    CLOZE = "cloze"
    """A sentence with a blank."""


def paraphrases(question: Question) -> Paraphrases:
    """Return the paraphrases of a question: its own, or those of the first installed source that knows its kind."""
    if question.paraphrases is not None:
        return question.paraphrases
    for name in PARAPHRASES.entries:
        found: Paraphrases | None = PARAPHRASES.get(name)(question)
        if found is not None:
            return found
    return Paraphrases()


def worded(question: Question, phrasing: Phrasing) -> Question | None:
    """Return the question in another wording; None if it has none of that kind.

    Of several wordings one is drawn by the question's id, so that every model is asked the same.
    """
    if phrasing is Phrasing.TEMPLATE:
        return question
    known = paraphrases(question)
    texts = {Phrasing.TRAINED: known.trained, Phrasing.HELD_OUT: known.held_out, Phrasing.CLOZE: known.cloze}[phrasing]
    if not texts:
        return None
    text = texts[int(random.Random(f"{phrasing}/{question.id}").random() * len(texts))]
    return question.model_copy(update={"text": text})


def in_all_words(samples: Iterable[Sample]) -> tuple[Sample, ...]:
    """Return the samples, to be told in every wording that there is."""
    found = [(sample, paraphrases(sample.question)) for sample in samples]
    return tuple(replace(sample, others=(*known.trained, *known.held_out, *known.cloze)) for sample, known in found)


def usual_phrasing(profiles: ProfileSet) -> Phrasing:
    """Return the wording in which these people are asked about unless another is chosen.

    That is the held-out one, so that no method wins by the template; the template where not every question has one.
    """
    asked = profiles.questions()
    return Phrasing.HELD_OUT if all(paraphrases(question).held_out for question in asked) else Phrasing.TEMPLATE


def reworded(profiles: ProfileSet, phrasing: Phrasing) -> ProfileSet:
    """Return the set with every question in another wording; those that have none of that kind are left out.

    The rehearsal stays as it is: nobody is asked about it.

    Raises:
        UsageError: If no question about a person has one.
    """
    if phrasing is Phrasing.TEMPLATE:
        return profiles
    people = tuple(scene_reworded(profile, phrasing) for profile in profiles.profiles)
    if not any(profile.questions for profile in people):
        raise UsageError(
            f"no question about these people has a wording of the kind {phrasing}; ask them as they are "
            "(--phrasing template), or give them `paraphrases` of their own."
        )
    return replace(
        profiles,
        profiles=people,
        unseen=tuple(scene_reworded(scene, phrasing) for scene in profiles.unseen),
        general=tuple(scene_reworded(scene, phrasing) for scene in profiles.general),
    )


def scene_reworded(scene: AnyScene, phrasing: Phrasing) -> AnyScene:
    """Return the person or scene with its questions in another wording, without those that have none of that kind."""
    asked = [worded(question, phrasing) for question in scene.questions]
    return scene.model_copy(update={"questions": tuple(question for question in asked if question is not None)})
