"""What a submitted run was asked: people, questions and split, made again from source and seed."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from smfa_bench.data.asking import as_asked
from smfa_bench.data.knowledge import Knowledge, knowledge_questions
from smfa_bench.data.phrasing import Phrasing
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Question
from smfa_bench.data.rerendering import Pictures
from smfa_bench.data.sources import entry_name, find_source
from smfa_bench.data.split import Split
from smfa_bench.errors import BenchError, DamagedFileError
from smfa_bench.registry import PROFILES
from smfa_bench.results.answer import Part
from smfa_bench.results.result import RunResult
from smfa_bench_leaderboard.submission import FEWEST_SEEDS
from smfa_bench_leaderboard.wording import printable

MOST_PEOPLE: Final = 2_000
"""Twice as many as the largest preset has; a claim in a small file must not cost hours."""
Asked = Mapping[str, tuple[Part, Question]]
"""Every question of a run by id, with its part, in the order in which its answers are packed."""


def asked_again(result: RunResult, *, answers: int) -> Asked:
    """Return every question of a run, in the order in which its answers are packed.

    The people are made again, so that nobody can make a question easier or leave out a hard one.

    Args:
        result: What is claimed.
        answers: Number of answers, or of those of one model; of more people than that none is made.

    Raises:
        DamagedFileError: If data or split are not those that source and seed give, or can't be made again.
    """
    config, origin = result.config, result.data
    if origin.source not in PROFILES.entries:
        raise DamagedFileError(
            f"the profile source {printable(origin.source)!r} is not installed; the data can't be made again."
        )
    if (entry_name(config.profiles), config.size, config.seed) != (origin.source, origin.size, origin.seed):
        raise DamagedFileError("the data is not of the source, size and seed that the configuration names.")
    if origin.picture_size != result.model.picture_size:
        raise DamagedFileError("the pictures have not the size of the model's recipe.")
    if origin.size > MOST_PEOPLE:
        raise DamagedFileError(f"{origin.size} people are more than are made again ({MOST_PEOPLE}).")
    if origin.size > answers:
        raise DamagedFileError(f"{answers} answers can't be about {origin.size} people.")
    try:
        profiles, put = _made(
            _Source(PROFILES.get(origin.source)),
            config.profiles,
            origin.size,
            seed=origin.seed,
            picture_size=origin.picture_size,
            phrasing=config.phrasing,
            pictures=config.pictures,
        )
        split = config.split(profiles)
    except BenchError as error:
        raise DamagedFileError(f"the data can't be made again: {error}") from error
    if profiles.origin != origin or profiles.fingerprint != result.data_fingerprint:
        raise DamagedFileError("the data fingerprint is not that of the data made again.")
    if split != result.split:
        raise DamagedFileError("the split is not the one that ratio and seed give.")
    return {**_asked(put, split), **_asked_of_the_world(config.knowledge)}


class _Source:
    """What makes people, the same only as itself; it may be of a kind that has no hash."""

    def __init__(self, found: object) -> None:
        self._found = found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Source) and self._found is other._found

    def __hash__(self) -> int:
        return id(self._found)


@lru_cache(maxsize=FEWEST_SEEDS)
def _made(
    source: _Source,  # noqa: ARG001 (a part of the key: another source of this name makes other people)
    name: str,
    size: int,
    *,
    seed: int,
    picture_size: int,
    phrasing: Phrasing | None,
    pictures: Pictures,
) -> tuple[ProfileSet, ProfileSet]:
    """Return the people as they are taught, and as they are asked about."""
    profiles = find_source(name)(size=size, seed=seed, picture_size=picture_size)
    return profiles, as_asked(profiles, phrasing, pictures)


def _asked(profiles: ProfileSet, split: Split) -> Mapping[str, tuple[Part, Question]]:
    parts = dict.fromkeys(split.forget, Part.FORGET) | dict.fromkeys(split.retain, Part.RETAIN)
    parts |= {scene.id: Part.UNSEEN for scene in profiles.unseen}
    parts |= {scene.id: Part.GENERAL for scene in profiles.general}
    return {one.id: (parts[one.subject], one) for one in profiles.questions() if one.subject in parts}


def _asked_of_the_world(form: Knowledge | None) -> Mapping[str, tuple[Part, Question]]:
    return {} if form is None else {one.id: (Part.KNOWLEDGE, one) for one in knowledge_questions(form)}
