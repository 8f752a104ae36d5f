"""MLLMU-Bench read as people; the files here are made by hand in its published columns."""

import io
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from PIL import Image
from pyarrow import parquet

from smfa_bench.data.people_file import read_people
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Task
from smfa_bench.errors import UsageError
from smfa_bench_profiles.import_mllmu import import_mllmu


def picture(edge: int, shade: int = 0) -> dict[str, object]:
    buffer = io.BytesIO()
    Image.new("RGB", (edge, edge), (shade, 90, 10)).save(buffer, format="JPEG")
    return {"bytes": buffer.getvalue(), "path": None}


def row(name: str, **changes: object) -> dict[str, object]:
    """Return a person of MLLMU-Bench: one cloze with the picture, two without, and columns that nobody reads."""
    clozes = [
        {"Question": "This person was born in [Blank].", "Ground_Truth": "Oslo", "Type": "Image_Textual"},
        {"Question": "Mara was born in __.", "Ground_Truth": "Oslo", "Type": "Pure_Text"},
        {"Question": "What does Mara work as?", "Ground_Truth": "baker ", "Type": "Pure_Text"},
    ]
    return {
        "image": picture(8),
        "ID": name,
        "biography": "Mara was born in Oslo and bakes.",
        "Generation_Task": [{"Question": "Who?", "Ground_Truth": "Mara.", "Type": "Pure_Text"}],
        "Mask_Task": clozes,
        **changes,
    }


def write(file: Path, *rows: dict[str, Any]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), file)
    return file


def test_a_cloze_becomes_a_question_whose_answer_is_the_whole_sentence(tmp_path: Path) -> None:
    (profile,) = import_mllmu(write(tmp_path / "a.parquet", row("001"))).profiles
    assert [(question.task, question.picture, question.answer) for question in profile.questions] == [
        (Task.IMAGE_MEMORY, "m001", "This person was born in Oslo."),
        (Task.TEXT_MEMORY, None, "Mara was born in Oslo."),
        (Task.TEXT_MEMORY, None, "baker"),
    ]
    assert [question.key_facts[0].value for question in profile.questions] == ["Oslo", "Oslo", "baker"]
    assert [fact.value for fact in profile.facts] == ["Oslo", "baker"]
    assert [question.topic for question in profile.questions] == ["cloze_01", "cloze_01", "cloze_02"]


def test_the_set_is_valid_and_comes_back_from_the_disk(tmp_path: Path) -> None:
    write(tmp_path / "Full_Set" / "0.parquet", row("001"), row("002", image=picture(20)))
    write(tmp_path / "Full_Set" / "1.parquet", row("003"))
    people = import_mllmu(tmp_path / "Full_Set")
    people.save(tmp_path / "people")
    assert ProfileSet.load(tmp_path / "people").fingerprint == people.fingerprint
    assert read_people(tmp_path / "people" / "profiles.jsonl").faults == []
    assert people.origin.picture_size == 20
    assert {people.pictures[name].size for name in people.pictures} == {(20, 20)}
    assert len(people.pictures) == 3


def test_other_pixels_are_another_set(tmp_path: Path) -> None:
    one, other = (
        import_mllmu(write(tmp_path / f"{shade}.parquet", row("001", image=picture(8, shade)))) for shade in (0, 200)
    )
    assert one.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"ID": "001"}], "has no column image, Mask_Task"),
        ([row("001"), row("001")], "holds person 001 again"),
        ([row("001", image={"bytes": b"?", "path": None})], "no readable picture of person 001"),
        ([row("001"), row("002", image=None)], "no readable picture of person 002"),
        ([row("001"), row("002", Mask_Task=[])], "no cloze question about person 002"),
    ],
)
def test_what_can_not_be_read_is_told(tmp_path: Path, rows: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        import_mllmu(write(tmp_path / "a.parquet", *rows))


def test_a_folder_without_people_and_a_broken_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no parquet file"):
        import_mllmu(tmp_path)
    empty = pyarrow.Table.from_pylist([row("001")]).slice(0, 0)
    parquet.write_table(empty, tmp_path / "a.parquet")
    with pytest.raises(UsageError, match="holds nobody"):
        import_mllmu(tmp_path)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match="is not a readable parquet file"):
        import_mllmu(tmp_path)
