"""Scenes with their pictures as PNG files, drawn by one process or several, in the order in which scenes come."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Final

from PIL import Image, _imaging
from pydantic import JsonValue

from smfa_bench.data.picture_file import png
from smfa_bench.data.profile import Scene
from smfa_bench.errors import BenchError
from smfa_bench_profiles.drawing.fundus import Fundus, draw_fundus
from smfa_bench_profiles.drawing.portrait import Portrait, draw_portrait
from smfa_bench_profiles.drawing.still_life import StillLife, draw_still_life

BATCH: Final = 16
"""Pictures that a process draws at a time."""
KEPT: Final = 4
"""Blocks of 16 MiB that a process keeps rather than ask the system for them at each picture."""
AHEAD: Final = 3
"""Batches a process that may be under way or waiting to be taken."""

Drawing = Mapping[str, JsonValue]


def draw(drawing: Drawing, size: int) -> Image.Image:
    """Draw a portrait, a fundus or a still life from what stands in its record, at an edge of `size` pixels."""
    if "scatter" in drawing:
        return draw_fundus(Fundus.model_validate(drawing), size)
    if "placements" in drawing:
        return draw_still_life(StillLife.model_validate(drawing), size)
    return draw_portrait(Portrait.model_validate(drawing), size)


def encoded(
    scenes: Iterable[tuple[str, Scene]], *, size: int, workers: int
) -> Iterator[tuple[str, Scene, Mapping[str, bytes]]]:
    """Yield each scene with its group and its pictures by id; the same bytes by any number of workers.

    Args:
        scenes: Pairs of a group and a scene; at most `AHEAD` x `BATCH` a worker are taken before their turn.
        size: Edge of the pictures in pixels.
        workers: Processes that draw; with 1, this one does.

    Raises:
        BenchError: If a process that draws is killed, as a system does that is out of memory.
    """
    if workers == 1:
        for group, scene in scenes:
            yield group, scene, _files([scene.drawings()], size)[0]
        return
    # Started anew rather than forked: a fork of a process that runs threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_become_a_drawer) as pool:
        under_way: deque[tuple[tuple[tuple[str, Scene], ...], Future[list[dict[str, bytes]]]]] = deque()
        try:
            for batch in _batches(scenes):
                drawings = [scene.drawings() for _, scene in batch]
                under_way.append((batch, pool.submit(_files, drawings, size)))
                if len(under_way) == AHEAD * workers:
                    yield from _drawn(*under_way.popleft())
            while under_way:
                yield from _drawn(*under_way.popleft())
        except BrokenProcessPool as error:  # by a submission or by a result, whichever comes first
            raise BenchError(
                "a process that draws was killed, maybe for lack of memory; make smaller pictures or end other work."
            ) from error
        finally:
            for _, future in under_way:
                future.cancel()


def _drawn(
    batch: Sequence[tuple[str, Scene]], future: "Future[list[dict[str, bytes]]]"
) -> Iterator[tuple[str, Scene, Mapping[str, bytes]]]:
    for (group, scene), contents in zip(batch, future.result(), strict=True):
        yield group, scene, contents


def _files(scenes: Sequence[Mapping[str, Drawing]], size: int) -> list[dict[str, bytes]]:
    return [{name: png(draw(drawing, size)) for name, drawing in drawings.items()} for drawings in scenes]


def _become_a_drawer() -> None:
    """Leave interrupts to the parent, and keep the memory of a picture for the next one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _imaging.set_blocks_max(KEPT)


def _batches(scenes: Iterable[tuple[str, Scene]]) -> Iterator[tuple[tuple[str, Scene], ...]]:
    source = iter(scenes)
    while batch := tuple(islice(source, BATCH)):
        yield batch
