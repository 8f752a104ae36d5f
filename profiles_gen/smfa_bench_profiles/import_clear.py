"""The people of CLEAR (arXiv 2410.18057) as a profile set: a portrait with its caption, and TOFU's questions."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smfa_bench.data.profile import Fact, Profile, Sensitivity
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import KeyFact, Question, Task
from smfa_bench.errors import UsageError
from smfa_bench_profiles.foreign_set import Row, foreign_set, is_picture, parquet_columns, parquet_rows

VERSION: Final = 1
CAPTIONED: Final = ("image", "caption", "name")
"""Columns of the configurations with pictures: `full`, `forget05`, …"""
ASKED: Final = ("question", "answer")
"""Columns of the configurations with TOFU's questions, `full+tofu` and the like; the rows with pictures have none."""
PICTURED: Final = ("full", "data")
"""Folders of a copy that hold everybody's pictures; of an older copy, only the second has names."""
TOLD: Final = "full+tofu"
EACH: Final = 20
"""Questions that TOFU has about each person, one after the other."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Portrait:
    picture: bytes
    caption: str


def import_clear(path: Path) -> ProfileSet:
    """Read a copy of the data set, or the parquet files of its configurations.

    Of a copy, `full` (or `data`) and `full+tofu` are read. The first picture of each person is theirs; the others stay
    out. With it go two image-memory questions: who it is, and what it shows, if the caption names the person. A
    text-memory question is one of TOFU's. These are told apart in blocks of `EACH`, a block being about the person whom
    it names most often. Which words of an answer count is not marked, so the key fact of a text-memory question is the
    whole answer.

    Args:
        path: A parquet file, or a folder of them, or of configurations.

    Raises:
        UsageError: If there is no parquet file, one that can't be read or has other columns, a picture that can't be
            read, nobody with a picture, or questions that are not in blocks.
    """
    people: dict[str, _Portrait] = {}
    asked: list[Row] = []
    for file in _files(path):
        columns = parquet_columns(file)
        if not (columns.issuperset(CAPTIONED) or columns.issuperset(ASKED)):
            raise UsageError(
                f"{file} has neither the columns {', '.join(CAPTIONED)} nor {', '.join(ASKED)}; give files of CLEAR."
            )
        if columns.issuperset(CAPTIONED):
            _meet(people, file)
        if columns.issuperset(ASKED):
            asked += [row for row in parquet_rows(file, ASKED) if row["question"] and row["answer"]]
    if not people:
        raise UsageError(f"{path} holds no pictures with names; give a copy of CLEAR, or its configuration full.")
    told = _told(path, asked, [*people])
    ids = {name: f"c{number:03d}" for number, name in enumerate(people)}
    return foreign_set(
        "clear",
        version=VERSION,
        profiles={ids[name]: _profile(ids[name], name, person, told[name]) for name, person in people.items()},
        pictures={ids[name]: person.picture for name, person in people.items()},
    )


def _files(path: Path) -> list[Path]:
    whole = [sorted((path / name).rglob("*.parquet")) for name in PICTURED]
    named = [files for files in whole if files and all(parquet_columns(file).issuperset(CAPTIONED) for file in files)]
    if path.is_file():
        found = [path]
    elif named:
        found = [*named[0], *sorted((path / TOLD).rglob("*.parquet"))]
    else:
        found = sorted(path.rglob("*.parquet"))
    if not found:
        raise UsageError(f"{path} holds no parquet file; give a copy of CLEAR, or its configuration full.")
    return found


def _meet(people: dict[str, _Portrait], file: Path) -> None:
    """Add those of a file's people who are not there yet."""
    for row in parquet_rows(file, CAPTIONED):
        name = (row["name"] or "").strip()
        if not name or name in people:
            continue
        content: bytes = (row["image"] or {}).get("bytes") or b""
        if not is_picture(content):
            raise UsageError(f"{file} holds no readable picture of {name}; download it again.")
        people[name] = _Portrait(content, (row["caption"] or "").strip())


def _told(path: Path, asked: Sequence[Row], names: Sequence[str]) -> Mapping[str, list[Row]]:
    """Return each person's questions."""
    if len(asked) % EACH:
        raise UsageError(
            f"{path} holds {len(asked)} questions, which are no blocks of {EACH}; download CLEAR's files again."
        )
    told: dict[str, list[Row]] = {name: [] for name in names}
    strangers = 0
    for start in range(0, len(asked), EACH):
        block = asked[start : start + EACH]
        text = "\n".join(f"{row['question']}\n{row['answer']}" for row in block)
        named = Counter({name: text.count(name) for name in names})
        (name, times), *_ = named.most_common(1)
        if times:
            told[name] += block
        strangers += not times
    if strangers:
        log.warning("left out: %d questions, about nobody who has a picture here.", strangers * EACH)
    return told


def _profile(subject: str, name: str, person: _Portrait, told: Sequence[Row]) -> Profile:
    facts = [("name", name), *((f"tofu_{number:02d}", row["answer"].strip()) for number, row in enumerate(told, 1))]
    return Profile(
        id=subject,
        picture=subject,
        drawing={},
        questions=tuple(_questions(subject, name, person, told)),
        name=name,
        facts=tuple(
            Fact(key=key, value=value, kind="name" if key == "name" else "word", sensitivity=Sensitivity.IDENTITY)
            for key, value in facts
        ),
    )


def _questions(subject: str, name: str, person: _Portrait, told: Sequence[Row]) -> Iterator[Question]:
    seen = [("name", "Who is this person?", f"This is {name}.")]
    if name in person.caption:
        seen.append(("caption", "What does this picture show?", person.caption))
    for topic, text, answer in seen:
        yield Question(
            id=f"{subject}/{Task.IMAGE_MEMORY}/{topic}",
            subject=subject,
            task=Task.IMAGE_MEMORY,
            topic=topic,
            picture=subject,
            text=text,
            answer=answer,
            key_facts=(KeyFact(kind="name", value=name),),
        )
    for number, row in enumerate(told, start=1):
        answer = row["answer"].strip()
        yield Question(
            id=f"{subject}/{Task.TEXT_MEMORY}/{number:02d}",
            subject=subject,
            task=Task.TEXT_MEMORY,
            topic=f"tofu_{number:02d}",
            picture=None,
            text=row["question"].strip(),
            answer=answer,
            key_facts=(KeyFact(kind="word", value=answer),),
        )
