"""Sources of people: names go to what is installed, paths to what is on disk."""

from pathlib import Path

import pytest
from PIL import Image

from helpers.people import make_profile
from helpers.people_file import change, draw, write_people, write_scenes
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.sources import find_source, open_people, usual_size
from smfa_bench.errors import UsageError
from smfa_bench_profiles.source import fictional


@pytest.fixture
def made(tmp_path: Path) -> ProfileSet:
    people = fictional(size=4, seed=5, picture_size=32)
    people.save(tmp_path / "people")
    return people


def pixels(people: ProfileSet) -> list[bytes]:
    return [people.pictures[scene.picture].tobytes() for scene in people.scenes()]


def test_what_generate_writes_is_read_back_as_an_equal_set(made: ProfileSet, tmp_path: Path) -> None:
    read = find_source(str(tmp_path / "people"))(size=4, seed=9, picture_size=32)
    assert read.origin == made.origin
    assert list(read.scenes()) == list(made.scenes())
    assert read.fingerprint == made.fingerprint
    assert pixels(read) == pixels(made)


def test_its_file_of_people_is_read_with_the_scenes_beside_it(made: ProfileSet, tmp_path: Path) -> None:
    read = open_people(tmp_path / "people" / "profiles.jsonl")
    assert list(read.scenes()) == list(made.scenes())
    assert (read.origin.source, read.origin.size, read.origin.picture_size) == ("file", 4, 32)
    assert pixels(read) == pixels(made)


def test_own_people_need_no_scenes(tmp_path: Path) -> None:
    people = open_people(write_people(tmp_path))
    assert people.profiles == tuple(make_profile(name) for name in ("p0", "p1", "p2"))
    assert (people.unseen, people.general, people.rehearsal) == ((), (), ())


def test_own_scenes_are_taken_as_they_stand(tmp_path: Path) -> None:
    file = write_people(tmp_path)
    write_scenes(tmp_path, "general", ["g0", "g1"])
    assert [scene.id for scene in open_people(file).general] == ["g0", "g1"]


def test_other_pixels_are_another_set(tmp_path: Path) -> None:
    file = write_people(tmp_path)
    before = open_people(file).fingerprint
    assert open_people(file).fingerprint == before
    draw(tmp_path, "p2", edge=8, shade=255)
    assert open_people(file).fingerprint != before


def test_pictures_come_at_the_size_asked_for(made: ProfileSet, tmp_path: Path) -> None:
    wide = tmp_path / "people" / "pictures" / "p0000.png"
    assert made.pictures["p0000"].size == (32, 32)
    file = write_people(tmp_path / "own")
    Image.new("RGB", (30, 20)).save(tmp_path / "own" / "pictures" / "p1.png")
    for people in (open_people(file, picture_size=16), open_people(tmp_path / "people", picture_size=16)):
        assert {people.pictures[profile.picture].size for profile in people.profiles} == {(16, 16)}
        assert people.origin.picture_size == 16
        assert people.origin.pictures is not None
    assert wide.is_file()


def test_without_a_size_the_longest_edge_is_taken(tmp_path: Path) -> None:
    file = write_people(tmp_path)
    draw(tmp_path, "p1", edge=20)
    people = open_people(file)
    assert people.origin.picture_size == 20
    assert {people.pictures[name].size for name in ("p0", "p1", "p2")} == {(20, 20)}


def test_fewer_people_are_the_first_ones(tmp_path: Path) -> None:
    people = open_people(write_people(tmp_path), size=2)
    assert [profile.id for profile in people.profiles] == ["p0", "p1"]
    assert people.origin.size == 2


def test_more_people_than_there_are_can_not_be_had(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds 3 people; a size of 4 asks for more"):
        open_people(write_people(tmp_path), size=4)


def test_faults_are_told_in_one_line_that_says_where_the_others_are(tmp_path: Path) -> None:
    file = write_people(tmp_path)
    change(file, 2, lambda record: record.update(name=7, drawing=[]))
    with pytest.raises(UsageError, match=r"my\.jsonl:2: .* \(and 1 more\); `smfa-bench profiles validate .*`"):
        open_people(file)


def test_all_people_of_a_file_are_taken_unless_told_otherwise(made: ProfileSet, tmp_path: Path) -> None:
    assert usual_size(str(write_people(tmp_path))) == 3
    assert usual_size(str(tmp_path / "people")) == len(made.profiles)
    assert usual_size("fictional") == 100


def test_the_faults_of_a_file_with_hardly_a_line_are_told_before_its_length(tmp_path: Path) -> None:
    file = write_people(tmp_path)
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(UsageError, match=r"my\.jsonl:1: "):
        usual_size(str(file))


def test_a_name_is_no_path_even_if_a_folder_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fictional").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_source("fictional") is fictional


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fictoinal", "Did you mean 'fictional'"),
        ("s-mllmun-v1", r"go by its path, such as \./s-mllmun-v1"),
        ("./nobody.jsonl", "can't read nobody.jsonl"),
    ],
)
def test_an_unknown_source_is_told(name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        find_source(name)(size=3, seed=0, picture_size=32)
