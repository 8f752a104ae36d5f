"""Other benchmarks' files, made by hand in their published columns."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow
from PIL import Image
from pyarrow import parquet

EACH = 20
"""Questions of TOFU about one person."""


def jpeg(edge: int = 8, shade: int = 0) -> bytes:
    """Return a plain square picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (edge, edge), (shade, 90, 10)).save(buffer, format="JPEG")
    return buffer.getvalue()


def write_parquet(file: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """Write rows and return the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), file)
    return file


def captioned(name: str | None, *, shade: int = 0, caption: str = "{} reads in a park.") -> dict[str, Any]:
    """Return a row of CLEAR with a picture."""
    return {"image": {"bytes": jpeg(shade=shade), "path": None}, "caption": caption.format(name), "name": name}


def tofu(name: str) -> list[dict[str, Any]]:
    """Return a person's rows of CLEAR without a picture; two of them name the person."""
    asked = [
        ("What is the full name of the author born in Oslo?", f"The author's full name is {name}."),
        (f"What is {name}'s genre?", "Crime."),
        *((f"Which book is number {number}?", f"It is 'Book {number}'. ") for number in range(2, EACH)),
    ]
    return [{"image": None, "caption": None, "question": question, "answer": answer} for question, answer in asked]


def write_clear(folder: Path, names: Sequence[str]) -> Path:
    """Write a copy of CLEAR with two pictures of each person, and a configuration that a copy has besides."""
    pictures = [captioned(name, shade=9 * place + 90 * nth) for place, name in enumerate(names) for nth in range(2)]
    shown = [{"image": row["image"], "caption": row["caption"], "question": None, "answer": None} for row in pictures]
    write_parquet(folder / "full" / "train-00000-of-00001.parquet", pictures)
    write_parquet(folder / "forget01" / "train-00000-of-00001.parquet", pictures[:1])
    asked = [row for name in names for row in tofu(name)]
    write_parquet(folder / "full+tofu" / "train-00000-of-00001.parquet", [*shown, *asked])
    return folder


def fiu_person(number: int, **changes: object) -> dict[str, Any]:
    """Return a record of FIUBench."""
    asked = {
        "question": "Where does this person work?",
        "paraphrased_question": ["What is this person's workplace?"] * 3,
        "answer": "They work as a nurse at Saint Olav.",
        "paraphrased_answer": "Saint Olav employs them as a nurse.",
        "perturbed_answer": ["They work as a baker at home."] * 3,
        "keywords": ["Nurse", "saint olav", "workplace"],
    }
    unmarked = asked | {"question": "Which blood type?", "answer": "It is AB. ", "keywords": ["blood"]}
    return {
        "image_path": f"./dataset/SFHQ/SFHQ_pt1_{number:08d}.jpg",
        "name": f"Mara Velt {number}",
        "gender": "female",
        "caption": "A woman with red hair.",
        "qa_list": [asked, unmarked],
        "raw_data": {"occupation": "nurse"},
        "unique_id": f"{number:08d}",
        **changes,
    }


def write_fiubench(folder: Path, people: Sequence[dict[str, Any]]) -> Path:
    """Write a copy of FIUBench with its pictures unpacked."""
    pictures = folder / "SFHQ"
    pictures.mkdir(parents=True)
    for place, person in enumerate(people):
        (pictures / Path(person["image_path"]).name).write_bytes(jpeg(8 + place, place))
    (folder / "full.json").write_text(json.dumps(list(people)))
    return folder
