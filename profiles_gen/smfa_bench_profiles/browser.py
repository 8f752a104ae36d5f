"""A profile set as one HTML page that works offline: pictures, facts, questions, and who is in which part."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PIL.Image import Image

from smfa_bench.data.picture_file import png
from smfa_bench.data.profile import Profile, Scene
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Task
from smfa_bench_profiles.parts import published_parts, usual_ratios
from smfa_bench_profiles.templates import render

LARGEST: Final = 256
"""Edge of the pictures on the page, in pixels; larger ones are made smaller."""
TASKS: Final[Mapping[Task, str]] = {
    Task.IMAGE_UNDERSTANDING: "Image understanding",
    Task.IMAGE_MEMORY: "Image memory",
    Task.TEXT_MEMORY: "Text memory",
}


def browser(people: ProfileSet, *, few_shot: int | None = None, seed: int = 0, ratios: Sequence[float] = ()) -> str:
    """Return the page; nothing in it is fetched from elsewhere, and what records say is shown, never run.

    Args:
        people: Whom to show: people, unseen portraits and general pictures.
        few_shot: Number of retain profiles that a method may see; by default as `published_parts` chooses.
        seed: Decides the parts, as in a run.
        ratios: Shares of the people in the forget sets; by default those of `published_parts`, and no parts of people
            if there are too few of them.

    Raises:
        UsageError: If a ratio or the few-shot set does not fit the people.
    """
    parts: Mapping[str, Sequence[Scene]] = {"unseen": people.unseen, "general": people.general}
    if ratios or usual_ratios(people):
        parts = published_parts(people, few_shot=few_shot, seed=seed, ratios=ratios)
    membership: dict[str, list[str]] = {}
    for part, scenes in parts.items():
        for scene in scenes:
            membership.setdefault(scene.id, []).append(part)
    return render(
        "browser.html",
        title=f"{len(people.profiles)} people",
        fingerprint=people.fingerprint,
        origin=people.origin,
        parts={part: len(scenes) for part, scenes in parts.items()},
        cards=[
            _card(scene, people, membership.get(scene.id, []))
            for scene in (*people.profiles, *people.unseen, *people.general)
        ],
    )


def _embedded(picture: Image) -> str:
    picture.thumbnail((LARGEST, LARGEST))
    return "data:image/png;base64," + base64.b64encode(png(picture)).decode()


def _card(scene: Scene, people: ProfileSet, parts: list[str]) -> dict[str, Any]:
    return {
        "id": scene.id,
        "name": scene.name if isinstance(scene, Profile) else scene.id,
        "pictures": {name: _embedded(people.pictures[name]) for name in scene.drawings()},
        "facts": scene.facts if isinstance(scene, Profile) else (),
        "parts": parts,
        "asked": {
            title: [question for question in scene.questions if question.task is task]
            for task, title in TASKS.items()
            if any(question.task is task for question in scene.questions)
        },
    }
