"""Profile sets on disk: what was saved comes back, and what was tampered with is refused."""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.people import make_profile, make_set
from smfa_bench.data.picture_file import png
from smfa_bench.data.profile import Profile, Scene
from smfa_bench.data.profile_set import ProfileSet, save_scenes
from smfa_bench.errors import DamagedFileError, UsageError
from smfa_bench.fingerprint import file_digest
from smfa_bench.storage import SEAL, write_json


@pytest.fixture
def people() -> ProfileSet:
    profiles = [make_profile(name, {"hair": "red"}) for name in ("p0", "p1")]
    # A line separator inside a text ends no record.
    return make_set([profiles[0], profiles[1].model_copy(update={"name": "Zoë\u2028\u0085Ångström"})])


@pytest.fixture
def saved(people: ProfileSet, tmp_path: Path) -> Path:
    people.save(tmp_path / "people")
    return tmp_path / "people"


def reseal(folder: Path) -> None:
    """Make a folder look as if it had been sealed as it is now."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != SEAL]
    write_json(folder / SEAL, {name: file_digest(folder / name) for name in names})


def test_records_and_pixels_come_back_as_saved(people: ProfileSet, saved: Path) -> None:
    loaded = ProfileSet.load(saved)
    assert loaded.origin == people.origin
    assert list(loaded.scenes()) == list(people.scenes())
    assert [type(scene) for scene in loaded.rehearsal] == [Profile, Scene]
    assert loaded.fingerprint == people.fingerprint
    assert set(loaded.pictures) == set(people.pictures)
    assert len(loaded.pictures) == 6
    assert all(loaded.pictures[name].tobytes() == picture.tobytes() for name, picture in people.pictures.items())


def test_the_same_set_is_saved_as_the_same_bytes(people: ProfileSet, saved: Path, tmp_path: Path) -> None:
    people.save(tmp_path / "again")
    assert (saved / SEAL).read_bytes() == (tmp_path / "again" / SEAL).read_bytes()


def test_the_fingerprint_follows_every_record_and_the_origin(people: ProfileSet) -> None:
    others = [
        replace(people, origin=people.origin.model_copy(update={"version": 2})),
        replace(people, profiles=()),
        replace(people, unseen=()),
        replace(people, general=()),
        replace(people, rehearsal=()),
    ]
    assert len({people.fingerprint, *(other.fingerprint for other in others)}) == 6


def test_questions_come_of_people_and_scenes_but_not_of_the_rehearsal(people: ProfileSet) -> None:
    assert [question.subject for question in people.questions()] == ["p0"] * 3 + ["p1"] * 3 + ["u0", "g0"]


def test_scenes_are_written_as_they_come(people: ProfileSet, tmp_path: Path) -> None:
    written: list[set[str]] = []

    def coming() -> Iterator[tuple[str, Profile, dict[str, bytes]]]:
        for profile in people.profiles:
            yield "profiles", profile, {profile.picture: png(people.pictures[profile.picture])}
            written.append({path.name for path in tmp_path.glob(".streamed.*/pictures/*")})

    save_scenes(tmp_path / "streamed", people.origin, coming())
    assert written == [{"p0.png"}, {"p0.png", "p1.png"}]
    loaded = ProfileSet.load(tmp_path / "streamed")
    assert (loaded.profiles, loaded.unseen) == (people.profiles, ())


@pytest.mark.parametrize("name", ["../p0", "/tmp/p0", "a/b", "", ".hidden", "p0\n"])
def test_a_picture_is_never_written_elsewhere(tmp_path: Path, name: str) -> None:
    people = make_set([make_profile("p0").model_copy(update={"picture": name})])
    with pytest.raises(UsageError, match="has no plain name"):
        people.save(tmp_path / "deep" / "people")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_picture_that_is_not_there_is_a_missing_key(saved: Path) -> None:
    with pytest.raises(KeyError, match="p7"):
        ProfileSet.load(saved).pictures["p7"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="No such file"):
        ProfileSet.load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["profiles.jsonl", "origin.json", "pictures/p0.png"])
@pytest.mark.parametrize("damage", [lambda content: content[:-9], lambda content: content[:9] + b"?" + content[10:]])
def test_a_truncated_or_edited_file_is_refused(saved: Path, name: str, damage: Callable[[bytes], bytes]) -> None:
    (saved / name).write_bytes(damage((saved / name).read_bytes()))
    with pytest.raises(DamagedFileError, match="was changed after it was written"):
        ProfileSet.load(saved)


def test_a_newer_schema_is_refused_with_both_versions(saved: Path) -> None:
    origin = json.loads((saved / "origin.json").read_text())
    write_json(saved / "origin.json", {**origin, "schema_version": 2})
    reseal(saved)
    with pytest.raises(DamagedFileError, match="schema version 2; this release reads 1"):
        ProfileSet.load(saved)


def test_a_record_of_another_shape_is_refused(saved: Path) -> None:
    record = json.loads((saved / "general.jsonl").read_text())
    (saved / "general.jsonl").write_text(json.dumps({**record, "colour": "red"}) + "\n")
    reseal(saved)
    with pytest.raises(DamagedFileError, match="Extra inputs are not permitted"):
        ProfileSet.load(saved)


def test_a_picture_truncated_after_the_check_is_told(saved: Path) -> None:
    loaded = ProfileSet.load(saved)
    path = saved / "pictures" / "p0.png"
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(DamagedFileError, match=r"p0\.png is not a readable picture; make the profile set again"):
        loaded.pictures["p0"]


@given(st.data())
def test_a_picture_with_a_flipped_bit_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged") / "people"
    make_set([make_profile("p0")]).save(folder)
    loaded = ProfileSet.load(folder)
    path = folder / "pictures" / "p0.png"
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    with contextlib.suppress(DamagedFileError):
        assert loaded.pictures["p0"].mode == "RGB"


def test_a_sealed_folder_of_another_kind_is_told_as_one(saved: Path) -> None:
    (saved / "profiles.jsonl").unlink()
    reseal(saved)
    with pytest.raises(DamagedFileError, match=r"is no saved profile set: it has no profiles\.jsonl"):
        ProfileSet.load(saved)
