"""The same people in other pictures."""

from importlib.metadata import EntryPoint
from types import SimpleNamespace

import numpy as np
import pytest

from helpers.people import five_people
from smfa_bench.data.rerendering import Pictures, rerendered, seen_anew
from smfa_bench.errors import UsageError
from smfa_bench.registry import RENDERINGS
from smfa_bench_profiles.source import fictional

PEOPLE = fictional(size=2, seed=0, picture_size=64)


def test_the_original_pictures_leave_a_set_as_it_is() -> None:
    assert seen_anew(PEOPLE, Pictures.ORIGINAL) is PEOPLE


def test_people_are_shown_in_another_view_always_the_same_and_still_lifes_as_they_are() -> None:
    anew = seen_anew(PEOPLE, Pictures.RERENDERED)
    assert list(anew.pictures) == list(PEOPLE.pictures)
    assert len(anew.pictures) == len(PEOPLE.pictures)
    for scene in (PEOPLE.profiles[0], PEOPLE.unseen[0]):
        first, second = (np.asarray(anew.pictures[scene.picture]) for _ in range(2))
        assert (first == second).all()
        assert (first != np.asarray(PEOPLE.pictures[scene.picture])).any()
    still_life = PEOPLE.general[0].picture
    assert (np.asarray(anew.pictures[still_life]) == np.asarray(PEOPLE.pictures[still_life])).all()


def test_the_records_stay_and_the_origin_names_other_pictures() -> None:
    anew = seen_anew(PEOPLE, Pictures.RERENDERED)
    assert anew.profiles == PEOPLE.profiles
    assert anew.origin.pictures is not None
    assert anew.fingerprint != PEOPLE.fingerprint


def test_pictures_by_another_source_or_another_version_of_it_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = RENDERINGS.entries["portrait"]
    found = []
    for name, version in (("portrait", "1"), ("portrait", "2"), ("other", "1"), ("portrait", "1")):
        entry = EntryPoint(name, usual.value, usual.group)
        vars(entry).update(dist=SimpleNamespace(name="package", version=version))
        monkeypatch.setitem(vars(RENDERINGS), "entries", {name: entry})
        found.append(seen_anew(PEOPLE, Pictures.RERENDERED).fingerprint)
    assert len(set(found)) == 3
    assert found[0] == found[3]


def test_pictures_that_nobody_can_draw_are_refused() -> None:
    people = five_people(size=5, seed=0, picture_size=8)
    assert rerendered("p0", people.profiles[0].drawing, size=8) is None
    with pytest.raises(UsageError, match="--pictures original"):
        seen_anew(people, Pictures.RERENDERED)
