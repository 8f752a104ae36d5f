"""What a submitted run was asked is made again with the options of its source."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from helpers.results_factory import make_model, make_result
from smfa_bench.data.asking import as_asked
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.rerendering import Pictures
from smfa_bench.data.split import make_split
from smfa_bench.errors import DamagedFileError
from smfa_bench.registry import PROFILES
from smfa_bench.results.answer import Part
from smfa_bench.results.result import RunResult
from smfa_bench_leaderboard.asked import asked_again
from smfa_bench_profiles.source import fictional

ONE = "fictional?domains=portrait"
MANY = 10**6


def with_one_still_life(*, size: int, seed: int, picture_size: int, domains: str) -> ProfileSet:
    """Return the fictional people with one still life."""
    people = fictional(size=size, seed=seed, picture_size=picture_size, domains=domains)
    return replace(people, general=people.general[:1])


def claimed(profiles: str) -> RunResult:
    """Return a result about three people with portraits alone, whose configuration names `profiles`."""
    people = fictional(size=3, seed=0, picture_size=512, domains="portrait")
    result = make_result(numbers=make_model({}), size=3, few_shot=1)
    config = result.config.model_copy(update={"profiles": profiles, "size": 3, "few_shot": 1, "forget_ratio": 0.34})
    split = make_split(people, forget_ratio=0.34, few_shot=1, seed=0)
    return result.model_copy(
        update={"config": config, "data": people.origin, "data_fingerprint": people.fingerprint, "split": split}
    )


def test_every_question_is_made_again_with_its_part_but_those_of_the_few_shot_set() -> None:
    result = claimed(ONE)
    people = fictional(size=3, seed=0, picture_size=512, domains="portrait")
    parts = dict.fromkeys(result.split.forget, Part.FORGET) | dict.fromkeys(result.split.retain, Part.RETAIN)
    parts |= {scene.id: Part.UNSEEN for scene in people.unseen} | {scene.id: Part.GENERAL for scene in people.general}
    asked = as_asked(people, None, Pictures.ORIGINAL)
    expected = [(parts[one.subject], one) for one in asked.questions() if one.subject in parts]
    assert list(asked_again(result, answers=MANY).values()) == expected
    assert not {one.subject for _, one in expected} & set(result.split.few_shot)


def test_other_domains_than_those_claimed_are_caught() -> None:
    with pytest.raises(DamagedFileError, match="the data fingerprint is not that of the data made again"):
        asked_again(claimed("fictional"), answers=MANY)


def test_more_people_than_answers_are_not_made() -> None:
    with pytest.raises(DamagedFileError, match="2 answers can't be about 3 people"):
        asked_again(claimed(ONE), answers=2)


def test_people_that_another_source_of_the_name_made_before_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    result = claimed(ONE)
    asked_again(result, answers=MANY)
    monkeypatch.setitem(PROFILES.entries, "fictional", SimpleNamespace(load=lambda: with_one_still_life))
    with pytest.raises(DamagedFileError, match="the data fingerprint is not that of the data made again"):
        asked_again(result, answers=MANY)


def test_a_source_may_be_of_a_kind_that_has_no_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    class Source:
        __hash__ = None  # type: ignore[assignment]

        def __call__(self, *, size: int, seed: int, picture_size: int, domains: str) -> ProfileSet:
            return fictional(size=size, seed=seed, picture_size=picture_size, domains=domains)

    source = Source()
    monkeypatch.setitem(PROFILES.entries, "fictional", SimpleNamespace(load=lambda: source))
    assert asked_again(claimed(ONE), answers=MANY)
