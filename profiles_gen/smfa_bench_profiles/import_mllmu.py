"""The people of MLLMU-Bench (arXiv 2410.22108) as a profile set: its portraits and its cloze questions."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from smfa_bench.data.profile import Fact, Profile, Sensitivity
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import KeyFact, Question, Task
from smfa_bench.errors import UsageError
from smfa_bench_profiles.foreign_set import Row, foreign_set, is_picture, parquet_rows

COLUMNS: Final = ("ID", "image", "Mask_Task")
VERSION: Final = 1
TASKS: Final[Mapping[str, Task]] = {"Image_Textual": Task.IMAGE_MEMORY, "Pure_Text": Task.TEXT_MEMORY}
_BLANK: Final = re.compile(r"\[blank\]|_{2,}", re.IGNORECASE)


def import_mllmu(path: Path) -> ProfileSet:
    """Read the parquet files of one configuration, such as `Full_Set`.

    A cloze question becomes a memory question, by picture or by text: its answer is the sentence with the blank filled,
    its key fact what fills it. The set has no names, so a person is called by number; it has no image-understanding
    questions, no unseen or general pictures and no rehearsal. Its multiple-choice and free questions stay out, since
    they do not say which words of an answer count.

    Args:
        path: A parquet file, or a folder of them.

    Raises:
        UsageError: If there is no parquet file, or one that can't be read, lacks a column, holds a person twice or a
            person without a picture or a question.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.parquet"))
    if not files:
        raise UsageError(f"{path} holds no parquet file; give the folder of one configuration, such as Full_Set.")
    profiles: dict[str, Profile] = {}
    pictures: dict[str, bytes] = {}
    for file in files:
        for row in parquet_rows(file, COLUMNS):
            name = f"m{row['ID']}"
            if name in profiles:
                raise UsageError(f"{file} holds person {row['ID']} again; give the files of one configuration alone.")
            pictures[name] = _picture(file, row)
            profiles[name] = _profile(file, row, name)
    if not profiles:
        raise UsageError(f"{path} holds nobody; give the folder of one configuration, such as Full_Set.")
    return foreign_set("mllmu", version=VERSION, profiles=profiles, pictures=pictures)


def _picture(file: Path, row: Row) -> bytes:
    content: bytes = (row["image"] or {}).get("bytes") or b""
    if not is_picture(content):
        raise UsageError(f"{file} holds no readable picture of person {row['ID']}; download it again.")
    return content


def _profile(file: Path, row: Row, name: str) -> Profile:
    clozes = [
        cloze for cloze in row["Mask_Task"] or () if cloze["Type"] in TASKS and (cloze["Ground_Truth"] or "").strip()
    ]
    if not clozes:
        raise UsageError(
            f"{file} holds no cloze question about person {row['ID']}; give a configuration with Mask_Task."
        )
    values = [*dict.fromkeys(cloze["Ground_Truth"].strip() for cloze in clozes)]
    keys = {value: f"cloze_{number:02d}" for number, value in enumerate(values, start=1)}
    return Profile(
        id=name,
        picture=name,
        drawing={},
        questions=tuple(_question(name, number, cloze, keys) for number, cloze in enumerate(clozes, start=1)),
        name=f"Person {row['ID']}",
        facts=tuple(
            Fact(key=key, value=value, kind="word", sensitivity=Sensitivity.IDENTITY) for value, key in keys.items()
        ),
    )


def _question(subject: str, number: int, cloze: Row, keys: Mapping[str, str]) -> Question:
    task, value, text = TASKS[cloze["Type"]], cloze["Ground_Truth"].strip(), cloze["Question"].strip()
    return Question(
        id=f"{subject}/{task}/{number:02d}",
        subject=subject,
        task=task,
        topic=keys[value],
        picture=subject if task is Task.IMAGE_MEMORY else None,
        text=text,
        answer=_BLANK.sub(lambda _: value, text) if _BLANK.search(text) else value,
        key_facts=(KeyFact(kind="word", value=value),),
    )
