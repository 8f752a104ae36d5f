"""Portraits that somebody has: a folder of pictures with a table about them."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from PIL import Image

from smfa_bench.data.people_file import read_people
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Task
from smfa_bench.errors import UsageError
from smfa_bench.progress import Silent
from smfa_bench.scoring.offline import OfflineJudge
from smfa_bench_profiles.makers.compose import compose
from smfa_bench_profiles.makers.folder import Folder, FolderConfig


def write(folder: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """Write a table and a picture for each of its lines."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "attributes.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [*rows[0]])
        table.writeheader()
        table.writerows(rows)
    for number, row in enumerate(rows):
        if Path(row["file"]).name == row["file"]:
            Image.new("RGB", (20 + number, 12), (9 * number, 0, 0)).save(folder / row["file"])
    return folder


def row(number: int, **changes: str) -> dict[str, str]:
    return {
        "file": f"SFHQ_{number}.jpg",
        "presentation": "Female" if number % 2 else "man",
        "hair_colour": "red",
        "age": "40s",
        "hat_on": "no",
        "mood": "" if number == 0 else "calm",
        **changes,
    }


def portraits(folder: Path, **options: str) -> Folder:
    return Folder(FolderConfig(path=folder, **options))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> ProfileSet:
    folder = write(tmp_path_factory.mktemp("sfhq"), [row(number) for number in range(7)])
    return compose(size=4, seed=1, picture_size=32, portraits=portraits(folder), facts=None, progress=Silent())


def test_people_come_first_and_what_is_left_are_unseen_scenes(people: ProfileSet) -> None:
    assert (len(people.profiles), len(people.unseen), len(people.general), people.rehearsal) == (4, 3, 20, ())
    assert (people.origin.source, people.origin.picture_size) == ("folder", 32)
    shown = [scene.picture for scene in (*people.profiles, *people.unseen)]
    assert {people.pictures[name].size for name in people.pictures} == {(32, 32)}
    assert len({people.pictures[name].getpixel((16, 16)) for name in shown}) == 7
    assert len(people.pictures) == 27


def test_attributes_are_asked_for_in_known_words_or_their_own(people: ProfileSet) -> None:
    asked = {
        question.topic: (question.text, question.answer)
        for profile in people.profiles
        for question in profile.questions
        if question.task is Task.IMAGE_UNDERSTANDING
    }
    assert asked == {
        "hair_colour": ("What colour is the hair?", "The hair is red."),
        "age": ("What is the age?", "The age is 40s."),
        "hat_on": ("Can this be seen: hat on?", "No, it can not be seen."),
        "mood": ("What is the mood?", "The mood is calm."),
    }
    for question in people.questions():
        assert OfflineJudge().fact(question, question.answer).value == 10


def test_the_set_is_valid_and_comes_back_from_the_disk(people: ProfileSet, tmp_path: Path) -> None:
    people.save(tmp_path / "people")
    assert ProfileSet.load(tmp_path / "people").fingerprint == people.fingerprint
    assert read_people(tmp_path / "people" / "profiles.jsonl").faults == []


def test_facts_are_told_as_of_whom_the_portrait_shows(people: ProfileSet) -> None:
    told = {
        (profile.drawing["presentation"], question.answer.split(" ")[0])
        for profile in people.profiles
        for question in profile.questions
        if (question.task, question.topic) == (Task.IMAGE_MEMORY, "birthplace")
    }
    assert told <= {("woman", "She"), ("man", "He")}


def test_another_seed_seats_others_and_other_pixels_are_another_set(people: ProfileSet, tmp_path: Path) -> None:
    folder = write(tmp_path / "sfhq", [row(number) for number in range(7)])
    settings = {"size": 4, "picture_size": 32, "facts": None, "progress": Silent()}
    same = compose(seed=1, portraits=portraits(folder), **settings)  # type: ignore[arg-type]
    assert same.fingerprint == people.fingerprint
    other = compose(seed=2, portraits=portraits(folder), **settings)  # type: ignore[arg-type]
    assert [profile.drawing for profile in other.profiles] != [profile.drawing for profile in people.profiles]
    Image.new("RGB", (9, 9), (0, 0, 255)).save(folder / "SFHQ_3.jpg")
    assert compose(seed=1, portraits=portraits(folder), **settings).fingerprint != people.fingerprint  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"file": "../../secret.png"}, r"attributes\.csv:3: there is no picture '\.\./\.\./secret\.png'"),
        ({"file": "SFHQ_0.jpg"}, r"attributes\.csv:3: 'SFHQ_0\.jpg' is there twice"),
        ({"presentation": "they"}, r"attributes\.csv:3: presentation is 'they'; valid: woman, female, man, male"),
        ({"age": "x" * 90}, r"attributes\.csv:3: 'age' is longer than 80 letters"),
        (
            {"hair_colour": "", "age": "", "hat_on": " ", "mood": ""},
            r"attributes\.csv:3: tells nothing that can be seen",
        ),
        ({"age": "4\x000"}, r"attributes\.csv:3: 'age' is longer|line contains NUL"),
    ],
)
def test_a_line_that_can_not_be_used_is_told_by_its_number(tmp_path: Path, change: dict[str, str], words: str) -> None:
    folder = write(tmp_path / "sfhq", [row(0), row(1, **change)])
    with pytest.raises(UsageError, match=words):
        portraits(folder).sitters(seed=0)


def test_tables_and_pictures_that_can_not_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give a CSV table in UTF-8"):
        portraits(tmp_path).sitters(seed=0)
    folder = write(tmp_path / "sfhq", [row(0), row(1)])
    with pytest.raises(UsageError, match=r"attributes\.csv:1: there is no column name"):
        portraits(folder, file="name").sitters(seed=0)
    with pytest.raises(UsageError, match="folder has 2 portraits; give 3 or more"):
        compose(size=3, seed=0, picture_size=32, portraits=portraits(folder), facts=None, progress=Silent())
    (folder / "SFHQ_1.jpg").write_bytes(b"?")
    with pytest.raises(UsageError, match=r"attributes\.csv:3: 'SFHQ_1\.jpg' is no picture that can be read"):
        portraits(folder).sitters(seed=0)
    (folder / "attributes.csv").write_text("file,presentation\nSFHQ_0.jpg\n")
    with pytest.raises(UsageError, match=r"attributes\.csv:2: has more or fewer cells"):
        portraits(folder).sitters(seed=0)
    (folder / "attributes.csv").write_bytes("file,presentation\nZoë,woman\n".encode("latin-1"))
    with pytest.raises(UsageError, match="give a CSV table in UTF-8"):
        portraits(folder).sitters(seed=0)
