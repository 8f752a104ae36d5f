"""People that a user wrote down: a file of JSON lines with pictures beside it, read with all its faults."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as SchemaError
from pydantic import JsonValue, ValidationError

from smfa_bench.data.json_lines import Fault, Line, read_lines
from smfa_bench.data.picture_file import picture_fault
from smfa_bench.data.profile import Profile, Scene
from smfa_bench.data.question import USUAL_DOMAIN, Paraphrases, Question, Task
from smfa_bench.record import json_schema

PICTURES: Final = "pictures"
"""Folder beside the file that holds the pictures."""
SCENES: Final = ("unseen", "general", "rehearsal")
"""Files beside it, `<name>.jsonl`, that hold scenes; each may be absent."""
_SCHEMAS: Final[Mapping[type[Scene], Any]] = {
    kind: Draft202012Validator(json_schema(kind)) for kind in (Profile, Scene)
}
_LONGEST: Final = 160
"""Letters of a fault; a value that is quoted in it may be of any length."""


@dataclass(frozen=True)
class People:
    """What a file and those beside it hold, as far as it is valid, and everything that is not."""

    profiles: list[Profile] = field(default_factory=list)
    scenes: dict[str, list[Scene]] = field(default_factory=lambda: {name: [] for name in SCENES})
    """By name of their file, without suffix."""
    faults: list[Fault] = field(default_factory=list)


def read_people(path: Path) -> People:
    """Read the people of a file, the scenes beside it, and check every picture.

    A line must keep the published profile schema; ids, names, pictures and questions must be the only ones of their
    kind; a question must be about the person it stands with, and its key facts stand in its answer.

    Args:
        path: JSON lines, one profile each; `pictures/<picture>.png` lies beside it.

    Raises:
        UsageError: If the file can't be read at all.
    """
    people = People()
    census = _Census(path.parent / PICTURES)
    for line in read_lines(path):
        profile = census.read(path.name, line, Profile, people.faults)
        if isinstance(profile, Profile):
            people.profiles.append(profile)
    if not people.profiles and not people.faults:
        people.faults.append(Fault(path.name, 1, "holds nobody; write one profile a line"))
    for name, scenes in people.scenes.items():
        file = path.parent / f"{name}.jsonl"
        if not file.is_file() or file.samefile(path):
            continue
        for line in read_lines(file):
            stranger = name == "rehearsal" and isinstance(line.value, dict) and "facts" in line.value
            scene = census.read(file.name, line, Profile if stranger else Scene, people.faults)
            if scene is not None:
                scenes.append(scene)
    return people


@dataclass(frozen=True)
class _Census:
    """All names seen so far."""

    pictures: Path
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    """Where a thing of a kind and name was first seen."""

    def read(self, file: str, line: Line, kind: type[Scene], faults: list[Fault]) -> Scene | None:
        """Return the record of a line, and add what is wrong with it to the faults."""
        found = [*line.faults, *self._faults(file, line, kind)]
        faults += [Fault(file, line.number, _shortened(text)) for text in found]
        return None if found else kind.model_validate(line.value)

    def _faults(self, file: str, line: Line, kind: type[Scene]) -> Iterator[str]:
        if line.value is None:
            if not line.faults:
                yield "holds null; a line holds one record"
            return
        broken = [f"{_place(error)}{error.message}" for error in _SCHEMAS[kind].iter_errors(line.value)]
        yield from broken
        if not isinstance(line.value, dict):
            return
        yield from self._repeated(f"{file}:{line.number}", line.value)
        for picture in _pictures(line.value):
            if fault := picture_fault(self.pictures, picture):
                yield f"picture: {fault}"
        if broken:
            return
        try:
            scene = kind.model_validate(line.value)
        except ValidationError as error:
            yield from (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            return
        yield from _contradictions(scene)

    def _repeated(self, place: str, record: Mapping[str, JsonValue]) -> Iterator[str]:
        named = [(kind, record.get(kind)) for kind in ("id", "name")]
        named += [("picture", picture) for picture in _pictures(record)]
        questions = record.get("questions")
        for question in questions if isinstance(questions, list) else []:
            named.append(("question", question.get("id") if isinstance(question, dict) else None))
        names = [(kind, name) for kind, name in named if isinstance(name, str)]
        for kind, name in dict.fromkeys(names):
            first = self.places.setdefault((kind, name), place)
            if not name.strip():
                yield f"{kind}: is empty"
            elif first != place:
                yield f"{kind}: {name!r} is already taken by {first}"
            elif names.count((kind, name)) > 1:
                yield f"{kind}: {name!r} is there twice"


def _pictures(record: Mapping[str, JsonValue]) -> list[str]:
    """Return the ids of all pictures of a record, whether it is valid or not."""
    others = record.get("others")
    found = [record, *(others if isinstance(others, list) else [])]
    named = [one.get("picture") for one in found if isinstance(one, dict)]
    return [name for name in named if isinstance(name, str)]


def _contradictions(scene: Scene) -> Iterator[str]:
    """Yield what can't be true of a record that keeps the schema."""
    if isinstance(scene, Profile):
        keys = [fact.key for fact in scene.facts]
        yield from (f"facts: {key!r} is there twice" for key in sorted({key for key in keys if keys.count(key) > 1}))
        domains = [USUAL_DOMAIN, *(other.domain for other in scene.others)]
        yield from (f"others: {domain!r} is there twice" for domain in sorted({*domains}) if domains.count(domain) > 1)
    for question in scene.questions:
        yield from (f"question {question.id!r}: {text}" for text in _misfits(scene, question))


def _misfits(scene: Scene, question: Question) -> Iterator[str]:
    if question.subject != scene.id:
        yield f"subject is {question.subject!r}, not {scene.id!r}"
    if not question.text.strip():
        yield "text is empty"
    other = question.paraphrases or Paraphrases()
    if not all(text.strip() for text in (*other.trained, *other.held_out, *other.cloze)):
        yield "a paraphrase is empty"
    by_domain = {question.domain or USUAL_DOMAIN: scene.picture}
    if isinstance(scene, Profile):
        by_domain = {USUAL_DOMAIN: scene.picture, **{other.domain: other.picture for other in scene.others}}
    if (domain := question.domain or USUAL_DOMAIN) not in by_domain:
        yield f"there is no picture of the domain {domain!r}"
        return
    shown = None if question.task is Task.TEXT_MEMORY else by_domain[domain]
    if question.picture != shown:
        yield f"picture is {question.picture!r}; for {question.task} it must be {shown!r}"
    if not isinstance(scene, Profile) and question.task is not Task.IMAGE_UNDERSTANDING:
        yield f"{question.task} is asked about people only"
    for fact in question.key_facts:
        if not fact.value.strip() or fact.value not in question.answer:
            yield f"key fact {fact.value!r} does not stand in the answer"


def _place(error: SchemaError) -> str:
    """Return where in a record an error is: "facts[0].kind: "."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    return f"{steps.lstrip('.')}: " if steps else ""


def _shortened(text: str) -> str:
    half = _LONGEST // 2
    line = text if len(text) <= _LONGEST else f"{text[:half]} … {text[-half:]}"
    # A stray control character or half of a surrogate pair must not reach the terminal.
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line)
