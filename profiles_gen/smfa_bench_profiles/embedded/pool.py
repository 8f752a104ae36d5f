"""The embedded model's school: strangers, their eyes and still lifes in numbers, rendered once and kept in memory."""

import os
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
import torch
from torch import Tensor

from smfa_bench.data.profile import Profile, Scene
from smfa_bench.progress import Progress
from smfa_bench_profiles.drawing import fundus, portrait, still_life
from smfa_bench_profiles.drawing.view import render_portrait, sample_view
from smfa_bench_profiles.embedded.architecture import PICTURE_SIZE
from smfa_bench_profiles.fundus_record import DOMAIN
from smfa_bench_profiles.sampling import sample_profile, sample_scene, with_eye

CHUNK: Final = 250
VARIED: Final = 0.5
"""Share of the portraits in a pose, crop and light of their own; the others are only shifted a little."""
UNKNOWN: Final = -100
"""Class of an attribute that a picture does not have (cross-entropy skips it)."""
HEADS: Final[dict[str, tuple[str, ...]]] = {
    **{f"portrait.{name}": values for name, values in portrait.ATTRIBUTES.items()},
    **{f"still_life.{name}": values for name, values in still_life.ATTRIBUTES.items()},
    **{f"fundus.{name}": values for name, values in fundus.ATTRIBUTES.items()},
}
"""What the vision tower learns to read: the possible values of each attribute."""
GEOMETRY: Final = (
    *(f"portrait.{name}" for name in portrait.GEOMETRY),
    *(f"fundus.{name}" for name in fundus.GEOMETRY),
)
"""The numbers that it learns to read."""


@dataclass(frozen=True)
class Pool:
    """N scenes with their pictures."""

    scenes: list[Scene]
    pixels: Tensor
    """uint8 [N, 3, 64, 64]."""
    classes: Tensor
    """int64 [N, heads]: index of each attribute's value, or `UNKNOWN`."""
    geometry: Tensor
    """float32 [N, G] in [0, 1], G as in `GEOMETRY`; NaN where a picture has no such number."""

    def __len__(self) -> int:
        return len(self.scenes)


def make_pool(*, people: int, eyes: int = 0, still_lifes: int, seed: int, progress: Progress) -> Pool:
    """Draw strangers and eyes of others, each in a view of its own, and still lifes; other seeds give other people."""
    jobs: list[tuple[Callable[[int, int], tuple[Scene, bytes]], int, int, int]] = []
    for make, count in ((_stranger, people), (_eye, eyes), (_still_life, still_lifes)):
        jobs += [(make, seed, start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    scenes: list[Scene] = []
    pictures: list[bytes] = []
    progress.stage("drawing pictures", people + eyes + still_lifes)
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for part in workers.map(_run, jobs):
            scenes += [scene for scene, _ in part]
            pictures += [picture for _, picture in part]
            progress.advance(len(part))
    shape = (len(pictures), PICTURE_SIZE, PICTURE_SIZE, 3)
    array = np.frombuffer(b"".join(pictures), np.uint8).reshape(shape).transpose(0, 3, 1, 2).copy()
    return Pool(
        scenes,
        torch.from_numpy(array),
        torch.tensor([_classes(scene) for scene in scenes]),
        torch.tensor([_geometry(scene) for scene in scenes]),
    )


def normalise(pixels: Tensor) -> Tensor:
    """Return uint8 pixels as the image processor would: float32 in [-1, 1]."""
    return pixels.float() / 127.5 - 1


def _run(job: tuple[Callable[[int, int], tuple[Scene, bytes]], int, int, int]) -> list[tuple[Scene, bytes]]:
    make, seed, start, end = job
    return [make(seed, index) for index in range(start, end)]


def _stranger(seed: int, index: int) -> tuple[Scene, bytes]:
    rng = random.Random(f"{seed}/stranger/{index}")
    profile = sample_profile(rng, f"s{index}", described=True)
    drawing = portrait.Portrait.model_validate(profile.drawing)
    if rng.random() < VARIED:
        return profile, render_portrait(drawing, PICTURE_SIZE, sample_view(rng)).tobytes()
    shift = (0.06 * rng.random() - 0.03, 0.06 * rng.random() - 0.03)
    return profile, portrait.draw_portrait(drawing, PICTURE_SIZE, shift=shift).tobytes()


def _eye(seed: int, index: int) -> tuple[Scene, bytes]:
    """Return a stranger of whom nothing but the eye is asked about, and its picture."""
    rng = random.Random(f"{seed}/eye/{index}")
    person = with_eye(rng, sample_profile(rng, f"e{index}"))
    questions = tuple(question for question in person.questions if question.domain == DOMAIN)
    (other,) = person.others
    shift = (0.06 * rng.random() - 0.03, 0.06 * rng.random() - 0.03)
    drawn = fundus.draw_fundus(fundus.Fundus.model_validate(other.drawing), PICTURE_SIZE, shift=shift)
    scene = {"picture": other.picture, "drawing": other.drawing, "questions": questions, "others": ()}
    return person.model_copy(update=scene), drawn.tobytes()


def _still_life(seed: int, index: int) -> tuple[Scene, bytes]:
    scene = sample_scene(random.Random(f"{seed}/still life/{index}"), f"l{index}", described=True)
    drawn = still_life.draw_still_life(still_life.StillLife.model_validate(scene.drawing), PICTURE_SIZE)
    return scene, drawn.tobytes()


def _classes(scene: Scene) -> list[int]:
    kind = _kind(scene)
    attributes = cast("dict[str, str]", scene.drawing["attributes"])
    row = []
    for head, values in HEADS.items():
        owner, _, name = head.partition(".")
        row.append(values.index(attributes[name]) if owner == kind else UNKNOWN)
    return row


def _geometry(scene: Scene) -> list[float]:
    kind = _kind(scene)
    geometry = cast("dict[str, float]", scene.drawing.get("geometry", {}))
    row = []
    for number in GEOMETRY:
        owner, _, name = number.partition(".")
        row.append(geometry[name] if owner == kind else float("nan"))
    return row


def _kind(scene: Scene) -> str:
    if "scatter" in scene.drawing:
        return DOMAIN
    return "portrait" if isinstance(scene, Profile) else "still_life"
