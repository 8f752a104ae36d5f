"""The people of FIUBench (arXiv 2411.03554) as a profile set: its faces and the questions asked with them."""

import json
from pathlib import Path, PurePosixPath
from typing import Final

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from smfa_bench.data.picture_file import MOST_BYTES
from smfa_bench.data.profile import Fact, Profile, Sensitivity
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import KeyFact, Question, Task
from smfa_bench.errors import UsageError
from smfa_bench_profiles.foreign_set import foreign_set, is_picture

VERSION: Final = 1
FILE: Final = "full.json"


class _Asked(BaseModel):
    """One question, of whose fields the paraphrased and perturbed ones are not read."""

    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    keywords: list[str]


class _Person(BaseModel):
    """One record, of whose fields `gender`, `caption` and `raw_data` are not read."""

    unique_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    name: str = Field(min_length=1)
    image_path: str
    qa_list: list[_Asked] = Field(min_length=1)


_PEOPLE: Final = TypeAdapter(list[_Person])


def import_fiubench(path: Path) -> ProfileSet:
    """Read `full.json`, with the unpacked pictures in a folder beside it.

    Each question becomes an image-memory question. Its key facts are those of its keywords that stand in the answer; if
    none does, the whole answer. A picture is looked for under the last folder and the name of its `image_path`:
    `SFHQ/SFHQ_pt1_00044363.jpg`.

    Args:
        path: The file, or the folder that holds it.

    Raises:
        UsageError: If the file can't be read, holds nobody, a person twice or a record of other fields, or a picture is
            missing or can't be read.
    """
    file = path / FILE if path.is_dir() else path
    profiles: dict[str, Profile] = {}
    pictures: dict[str, bytes] = {}
    for person in _read(file):
        name = f"f{person.unique_id}"
        if name in profiles:
            raise UsageError(f"{file} holds person {person.unique_id} twice; download it again.")
        pictures[name] = _picture(file, person)
        profiles[name] = _profile(name, person)
    return foreign_set("fiubench", version=VERSION, profiles=profiles, pictures=pictures)


def _read(file: Path) -> list[_Person]:
    try:
        text = file.read_text(encoding="utf-8")
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            value = [json.loads(line) for line in text.splitlines() if line.strip()]
        json.dumps(value, ensure_ascii=False).encode()
        people = _PEOPLE.validate_python(value)
    except OSError as error:
        raise UsageError(f"can't read {file}: {error.strerror}; give a copy of FIUBench, or its {FILE}.") from error
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"]))
        raise UsageError(f"{file} is not of FIUBench's form at {place or 'the top'}: {fault['msg']}.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is not JSON in UTF-8; download it again.") from error
    if not people:
        raise UsageError(f"{file} holds nobody; download it again.")
    return people


def _picture(file: Path, person: _Person) -> bytes:
    parts = PurePosixPath(person.image_path).parts[-2:]
    place = file.parent.joinpath(*parts)
    inside = ".." not in parts and place.resolve().is_relative_to(file.parent.resolve())
    if not inside or not place.is_file():
        raise UsageError(
            f"there is no picture {'/'.join(parts)} of {person.unique_id} beside {file}; unpack SFHQ.zip there."
        )
    if place.stat().st_size > MOST_BYTES or not is_picture(content := place.read_bytes()):
        raise UsageError(f"{place} is no picture that can be read; unpack SFHQ.zip again.")
    return content


def _profile(subject: str, person: _Person) -> Profile:
    questions = [_question(subject, number, asked) for number, asked in enumerate(person.qa_list, start=1)]
    facts = [
        Fact(
            key=question.topic,
            value="; ".join(fact.value for fact in question.key_facts),
            kind="word",
            sensitivity=Sensitivity.IDENTITY,
        )
        for question in questions
    ]
    return Profile(
        id=subject, picture=subject, drawing={}, questions=tuple(questions), name=person.name, facts=tuple(facts)
    )


def _question(subject: str, number: int, asked: _Asked) -> Question:
    answer = asked.answer.strip()
    places = ((answer.lower().find(word.strip().lower()), len(word.strip())) for word in asked.keywords if word.strip())
    found = [*dict.fromkeys(answer[start : start + length] for start, length in places if start >= 0)]
    return Question(
        id=f"{subject}/{Task.IMAGE_MEMORY}/{number:02d}",
        subject=subject,
        task=Task.IMAGE_MEMORY,
        topic=f"qa_{number:02d}",
        picture=subject,
        text=asked.question.strip(),
        answer=answer,
        key_facts=tuple(KeyFact(kind="word", value=value) for value in found or [answer]),
    )
