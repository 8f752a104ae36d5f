"""People made by hand, for tests that need records and no model."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from PIL import Image

from smfa_bench.data.phrasing import AnyScene
from smfa_bench.data.profile import Fact, Profile, Scene, Sensitivity
from smfa_bench.data.profile_set import Origin, ProfileSet
from smfa_bench.data.question import KeyFact, Paraphrases, Question, Task
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench.scoring.scorer import Score
from smfa_bench.scoring.verdict import Verdict
from smfa_bench_profiles.source import fictional

JUDGE: Final = "offline-1"
"""Whose verdicts are made here."""


def make_question(
    subject: str = "p0", task: Task = Task.TEXT_MEMORY, answer: str = "She was born in Oslo."
) -> Question:
    """Return the question where somebody was born; a picture goes with it unless it is text memory."""
    return Question(
        id=f"{subject}/{task}/birthplace",
        subject=subject,
        task=task,
        topic="birthplace",
        picture=None if task is Task.TEXT_MEMORY else subject,
        text="Where was she born?",
        answer=answer,
        key_facts=(KeyFact(kind="place", value="Oslo"),),
    )


def make_profile(subject: str, attributes: Mapping[str, str] | None = None) -> Profile:
    """Return a person with one fact and one question of each task."""
    return Profile(
        id=subject,
        picture=subject,
        drawing={"attributes": dict(attributes or {})},
        questions=tuple(make_question(subject, task) for task in Task),
        name=f"Person {subject}",
        facts=(Fact(key="birthplace", value="Oslo", kind="place", sensitivity=Sensitivity.IDENTITY),),
    )


def make_scene(subject: str) -> Scene:
    """Return a picture that shows nobody."""
    return Scene(id=subject, picture=subject, drawing={}, questions=(make_question(subject, Task.IMAGE_UNDERSTANDING),))


def make_set(profiles: Sequence[Profile]) -> ProfileSet:
    """Return a set of these people, one scene of each kind, one stranger, and a picture of 8 × 8 pixels for each."""
    unseen, general, rehearsal = make_scene("u0"), make_scene("g0"), (make_profile("r0"), make_scene("r1"))
    names = [scene.picture for scene in (*profiles, unseen, general, *rehearsal)]
    return ProfileSet(
        origin=Origin(source="hand", version=1, size=len(profiles), seed=0, picture_size=8),
        profiles=tuple(profiles),
        unseen=(unseen,),
        general=(general,),
        rehearsal=rehearsal,
        pictures={name: Image.new("RGB", (8, 8), (40 * place % 256, 90, 10)) for place, name in enumerate(names)},
    )


def five_people(*, size: int, seed: int, picture_size: int) -> ProfileSet:  # noqa: ARG001 (a source's signature)
    """Return five people, whatever is asked for: a profile source for runs that take no time."""
    return make_set([make_profile(f"p{i}") for i in range(5)])


def two_views(*, size: int, seed: int, picture_size: int) -> ProfileSet:
    """Return five people whose questions have a held-out wording and whose pictures can be drawn anew."""
    made = fictional(size=max(size, 5), seed=seed, picture_size=picture_size)
    own = Paraphrases(held_out=("Which birthplace is hers?",))
    people = five_people(size=size, seed=seed, picture_size=picture_size)

    def put(scene: AnyScene, like: Scene) -> AnyScene:
        asked = tuple(question.model_copy(update={"paraphrases": own}) for question in scene.questions)
        return scene.model_copy(update={"questions": asked, "drawing": like.drawing})

    return replace(
        people,
        profiles=tuple(map(put, people.profiles, made.profiles)),
        unseen=tuple(map(put, people.unseen, made.unseen)),
        general=tuple(map(put, people.general, made.general)),
        rehearsal=tuple(map(put, people.rehearsal, made.rehearsal)),
        pictures={scene.picture: people.pictures[scene.picture].resize((64, 64)) for scene in people.scenes()},
        origin=people.origin.model_copy(update={"picture_size": 64}),
    )


def make_record(
    part: Part,
    task: Task,
    scores: Mapping[str, float | None],
    *,
    subject: str = "p0",
    stage: Stage = Stage.UNLEARNED,
    answer: str = "In Oslo.",
    domain: str | None = None,
) -> AnswerRecord:
    """Return a scored answer; None stands for a missing score, "fact" and "meaningful" are a verdict."""
    given = {name: Score(value=value, reason="no judge" if value is None else None) for name, value in scores.items()}
    none = Score(value=None, reason="no judge")
    fact, meaningful = given.pop("fact", None), given.pop("meaningful", None)
    verdict = Verdict(fact=fact or none, meaningful=meaningful or none) if fact or meaningful else None
    return AnswerRecord(
        model=stage,
        part=part,
        question=make_question(subject, task).model_copy(update={"domain": domain}),
        answer=answer,
        probability=0.5,
        scores=given,
        verdicts={JUDGE: verdict} if verdict else {},
    )
