"""CLEAR read as people; the files here are made by hand in its published columns."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from helpers.foreign import EACH, captioned, tofu, write_clear, write_parquet
from smfa_bench.data.people_file import read_people
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Task
from smfa_bench.data.split import make_split, unlearn_data
from smfa_bench.errors import UsageError
from smfa_bench.scoring.offline import OfflineJudge, RougeL
from smfa_bench_profiles.import_clear import import_clear

NAMES = ("Mara Velt", "Jaime Vasquez", "Basil Al-Kuwaiti")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> ProfileSet:
    return import_clear(write_clear(tmp_path_factory.mktemp("CLEAR"), NAMES))


def test_everybody_has_their_first_picture_their_caption_and_the_questions_that_name_them(people: ProfileSet) -> None:
    assert [profile.name for profile in people.profiles] == [*NAMES]
    for place, profile in enumerate(people.profiles):
        asked = [(question.task, question.text, question.answer) for question in profile.questions]
        assert asked[:3] == [
            (Task.IMAGE_MEMORY, "Who is this person?", f"This is {profile.name}."),
            (Task.IMAGE_MEMORY, "What does this picture show?", f"{profile.name} reads in a park."),
            (
                Task.TEXT_MEMORY,
                "What is the full name of the author born in Oslo?",
                f"The author's full name is {profile.name}.",
            ),
        ]
        assert len(asked) == 2 + EACH
        red, _, _ = people.pictures[profile.picture].getpixel((4, 4))  # type: ignore[misc]
        assert abs(red - 9 * place) < 4


def test_the_set_is_valid_and_comes_back_from_the_disk(people: ProfileSet, tmp_path: Path) -> None:
    people.save(tmp_path / "people")
    assert ProfileSet.load(tmp_path / "people").fingerprint == people.fingerprint
    assert read_people(tmp_path / "people" / "profiles.jsonl").faults == []


def test_it_can_be_split_unlearnt_and_scored(people: ProfileSet) -> None:
    data = unlearn_data(people, make_split(people, forget_ratio=0.34, few_shot=1, seed=0))
    assert (len(data.forget), len(data.few_shot)) == (2 + EACH, 2 + EACH)
    for question in people.questions():
        assert OfflineJudge().fact(question, question.answer).value == 10
        assert RougeL()(question, question.answer).value == 1


def test_a_copy_whose_full_configuration_has_no_names_is_read_by_its_default_one(
    people: ProfileSet, tmp_path: Path
) -> None:
    folder = write_clear(tmp_path, NAMES)
    (folder / "full").rename(folder / "data")
    write_parquet(folder / "full" / "train.parquet", [{"image": None, "caption": "Somebody reads."}])
    assert import_clear(folder).fingerprint == people.fingerprint


def test_people_without_questions_or_captions_are_asked_who_they_are(tmp_path: Path) -> None:
    rows = [captioned("Mara Velt", caption="Somebody reads."), captioned(None)]
    (profile,) = import_clear(write_parquet(tmp_path / "forget01" / "train.parquet", rows)).profiles
    assert [question.topic for question in profile.questions] == ["name"]


def test_questions_about_people_without_pictures_are_left_out_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_parquet(tmp_path / "a.parquet", [captioned("Mara Velt")])
    write_parquet(tmp_path / "b.parquet", [*tofu("Nobody Here"), *tofu("Mara Velt")])
    (profile,) = import_clear(tmp_path).profiles
    assert len(profile.questions) == 2 + EACH
    assert "left out: 20 questions" in caplog.text


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"image": None, "caption": "x"}], "has neither the columns image, caption, name nor question, answer"),
        ([captioned("Mara Velt") | {"image": None}], "no readable picture of Mara Velt"),
        ([captioned("Mara Velt") | {"image": {"bytes": b"?", "path": None}}], "no readable picture of Mara Velt"),
        (tofu("Mara Velt"), "holds no pictures with names"),
        ([captioned(None)], "holds no pictures with names"),
    ],
)
def test_what_can_not_be_read_is_told(tmp_path: Path, rows: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        import_clear(write_parquet(tmp_path / "a.parquet", rows))


def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    Image.new("1", (5000, 1)).save(tmp_path / "wide.png")
    row = captioned("Mara Velt") | {"image": {"bytes": (tmp_path / "wide.png").read_bytes(), "path": None}}
    with pytest.raises(UsageError, match="no readable picture of Mara Velt"):
        import_clear(write_parquet(tmp_path / "a.parquet", [row]))


def test_incomplete_questions_an_empty_folder_and_a_broken_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no parquet file; give a copy of CLEAR"):
        import_clear(tmp_path)
    write_parquet(tmp_path / "a.parquet", [captioned("Mara Velt")])
    write_parquet(tmp_path / "b.parquet", tofu("Mara Velt")[1:])
    with pytest.raises(UsageError, match="holds 19 questions, which are no blocks of 20"):
        import_clear(tmp_path)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match="is not a readable parquet file"):
        import_clear(tmp_path)
