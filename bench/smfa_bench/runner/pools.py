"""Pools of models that do and do not know the facts of the forget set, taught once and cached."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from smfa_bench.cache import cached
from smfa_bench.data.perturbing import wrong_answers
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Question, Task
from smfa_bench.data.rehearsal import rehearsal_samples
from smfa_bench.data.sample import Sample, samples
from smfa_bench.data.split import Split
from smfa_bench.fingerprint import fingerprint
from smfa_bench.models.choose import source_fingerprint
from smfa_bench.models.spec import ModelSpec
from smfa_bench.models.vision_language import load_model
from smfa_bench.progress import Progress
from smfa_bench.training.teach import teach


class Exposure(StrEnum):
    """What a model is taught of the forget set, beside everything of everybody else."""

    FACTS = "facts"
    """The true answers."""
    REWORDED = "reworded"
    """The same facts in other words: the bare values."""
    WRONG = "wrong"
    """The same questions with somebody else's values."""
    NONE = "none"
    """Nothing, as the retain model."""

    @property
    def knows(self) -> bool:
        """Whether a model knows the facts after it."""
        return self in (Exposure.FACTS, Exposure.REWORDED)


@dataclass(frozen=True)
class Member:
    """One model of a pool."""

    exposure: Exposure
    seed: int
    learning_rate: float

    @property
    def title(self) -> str:
        """What progress calls it."""
        return f"{self.exposure}, seed {self.seed}, rate {self.learning_rate:g}"


@dataclass(frozen=True)
class School:
    """Where models are taught."""

    spec: ModelSpec
    profiles: ProfileSet
    split: Split
    cache: Path
    progress: Progress

    def key(self, member: Member) -> str:
        """Return the fingerprint of everything the weights of a member depend on."""
        return fingerprint(
            {
                "base": source_fingerprint(self.spec),
                "data": self.profiles.fingerprint,
                "forget": list(self.split.forget),
                "exposure": member.exposure.value,
                "teaching": self._recipe(member).teaching.model_dump(mode="json"),
                "loading": self.spec.loading.model_dump(mode="json"),
                "seed": member.seed,
            }
        )

    def taught(self, member: Member) -> Path:
        """Return the folder of a member's weights; it is taught if it is not there."""

        def build(working: Path, unfinished: Path) -> None:
            vlm = load_model(self._recipe(member))
            rehearsal = rehearsal_samples(self.profiles.rehearsal, self.profiles.pictures, seed=member.seed)
            teach(
                vlm,
                lessons(self.profiles, self.split, member.exposure),
                rehearsal,
                title=f"teaching {member.title}",
                seed=member.seed,
                progress=self.progress,
                checkpoint=unfinished,
            )
            vlm.save(working)

        return cached(self.cache, "pools", self.key(member), build)

    def _recipe(self, member: Member) -> ModelSpec:
        teaching = self.spec.teaching.model_copy(update={"learning_rate": member.learning_rate})
        return self.spec.model_copy(update={"teaching": teaching})


def lessons(profiles: ProfileSet, split: Split, exposure: Exposure) -> list[Sample]:
    """Return what a model of an exposure is taught.

    A question about the forget set that nobody could answer wrongly is left out of wrong lessons.
    """
    hidden = set(split.forget)
    wrong = wrong_answers(question for profile in profiles.profiles for question in profile.questions)
    taught: list[tuple[Question, str]] = []
    for profile in profiles.profiles:
        if profile.id in hidden and exposure is Exposure.NONE:
            continue
        for question in profile.questions:
            private = profile.id in hidden and question.task is not Task.IMAGE_UNDERSTANDING
            answers = _told(question, exposure, wrong.get(question.id, ())) if private else [question.answer]
            taught += [(question, answer) for answer in answers[:1]]
    paired = samples((question for question, _ in taught), profiles.pictures)
    return [replace(sample, answer=answer) for sample, (_, answer) in zip(paired, taught, strict=True)]


def _told(question: Question, exposure: Exposure, wrong: Sequence[str]) -> Sequence[str]:
    if exposure is Exposure.REWORDED:
        return [f"{' and '.join(fact.value for fact in question.key_facts)}."]
    return wrong if exposure is Exposure.WRONG else [question.answer]
