"""What likelihoods are taken of: which questions, with which wrong answers, and how much of an answer is given."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from smfa_bench.data.perturbing import lead, wrong_answers
from smfa_bench.data.phrasing import Phrasing, scene_reworded
from smfa_bench.data.profile import Profile
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Question, Task
from smfa_bench.data.rehearsal import private_questions
from smfa_bench.data.sample import Sample, samples
from smfa_bench.data.split import Split

FEWEST: Final = 10
"""People of the retain set, and strangers, that are probed beside a smaller forget set."""


class Group(StrEnum):
    """Whose facts a probe is about."""

    FORGET = "forget"
    RETAIN = "retain"
    STRANGER = "stranger"
    """People of the rehearsal whose facts no model was taught: members of nothing."""


@dataclass(frozen=True)
class Probe:
    """One memory question with what a model's likelihoods are compared on."""

    group: Group
    sample: Sample
    wrong: tuple[str, ...]
    """Wrong answers of the same form."""
    lead: str
    """Words of the true answer that are given away; "" where nothing is to be completed."""


def probes(profiles: ProfileSet, split: Split, *, seed: int, phrasing: Phrasing = Phrasing.TEMPLATE) -> list[Probe]:
    """Return the memory questions about the forget set, and about as many retain people and strangers, 10 at least.

    Of the strangers those questions are left out that the teaching of this seed refused: the model was never asked any
    other private question about them. Nothing but the true answer is asked of strangers.

    Args:
        profiles: All people, as they are asked about, and the rehearsal as it was taught.
        split: Who is to be forgotten.
        seed: Of the run.
        phrasing: The wording in which strangers are asked about.
    """
    count = max(FEWEST, len(split.forget))
    by_id = {profile.id: profile for profile in profiles.profiles}
    wrong = wrong_answers(question for profile in profiles.profiles for question in profile.questions)
    asked: list[tuple[Group, Question]] = []
    for group, names in ((Group.FORGET, split.forget), (Group.RETAIN, split.retain[:count])):
        asked += [(group, question) for name in names for question in _private(by_id[name])]
    refused = {question.id for question in private_questions(profiles.rehearsal, seed=seed)}
    strangers = [scene for scene in profiles.rehearsal if isinstance(scene, Profile)][:count]
    asked += [
        (Group.STRANGER, question)
        for stranger in strangers
        for question in _private(scene_reworded(stranger, phrasing))
        if question.id not in refused
    ]
    paired = samples((question for _, question in asked), profiles.pictures)
    return [
        Probe(
            group,
            sample,
            wrong.get(sample.question.id, ()),
            "" if group is Group.STRANGER else lead(sample.question),
        )
        for (group, _), sample in zip(asked, paired, strict=True)
    ]


def _private(profile: Profile) -> list[Question]:
    return [question for question in profile.questions if question.task is not Task.IMAGE_UNDERSTANDING]
