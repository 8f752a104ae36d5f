"""A user's file of people: what is right is read, and whatever is wrong is told with its line."""

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.people import make_profile
from helpers.people_file import change, draw, replace_line, write_people, write_scenes
from smfa_bench.data.json_lines import LONGEST
from smfa_bench.data.people_file import read_people
from smfa_bench.data.sources import open_people
from smfa_bench.errors import UsageError
from smfa_bench_profiles.source import fictional

PERSON = make_profile("p1").model_dump(mode="json")


def edited(edit: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    """Return a damage: the second record, changed."""

    def damage(file: Path) -> None:
        change(file, 2, edit)

    return damage


def line(content: str | bytes) -> Callable[[Path], None]:
    """Return a damage: other bytes in the place of the second line."""

    def damage(file: Path) -> None:
        replace_line(file, 2, content if isinstance(content, bytes) else content.encode())

    return damage


def put(**fields: object) -> Callable[[Path], None]:
    """Return a damage: fields of the second record, replaced."""
    return edited(lambda record: record.update(fields))


def question(**fields: object) -> Callable[[Path], None]:
    """Return a damage: fields of the second person's first question, replaced."""
    return edited(lambda record: record["questions"][0].update(fields))


def fact(**fields: object) -> Callable[[Path], None]:
    """Return a damage: fields of the second person's only fact, replaced."""
    return edited(lambda record: record["facts"][0].update(fields))


def picture(content: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Return a damage: the second person's picture file, changed."""

    def damage(file: Path) -> None:
        path = file.parent / "pictures" / "p1.png"
        path.write_bytes(content(path.read_bytes()))

    return damage


def no_picture(file: Path) -> None:
    (file.parent / "pictures" / "p1.png").unlink()


def link_out(file: Path) -> None:
    no_picture(file)
    outside = file.parent / "outside.png"
    outside.write_bytes((file.parent / "pictures" / "p0.png").read_bytes())
    (file.parent / "pictures" / "p1.png").symlink_to(outside)


def wide_picture(file: Path) -> None:
    draw(file.parent, "p1", edge=4097)


def bomb(content: bytes) -> bytes:
    """Return a picture whose header promises 60,000 x 60,000 pixels."""
    header = struct.pack(">II", 60_000, 60_000) + content[24:29]
    return content[:16] + header + struct.pack(">I", zlib.crc32(b"IHDR" + header)) + content[33:]


def text_bomb(content: bytes) -> bytes:
    """Return a small picture with a comment that unpacks to 64 MiB."""
    comment = b"zTXt" + b"Comment\0\0" + zlib.compress(bytes(64 * 2**20), 9)
    chunk = struct.pack(">I", len(comment) - 4) + comment + struct.pack(">I", zlib.crc32(comment))
    return content[:33] + chunk + content[33:]


def fact_twice(record: dict[str, Any]) -> None:
    record["facts"] *= 2


def question_twice(record: dict[str, Any]) -> None:
    record["questions"].append(record["questions"][0])


def other(domain: str, picture: str = "p1") -> dict[str, Any]:
    return {"domain": domain, "picture": picture, "drawing": {}}


def without(key: str) -> Callable[[Path], None]:
    return edited(lambda record: record.pop(key))


MALFORMED: dict[str, tuple[Callable[[Path], None], str]] = {
    "an empty line": (line(""), "is empty"),
    "a line of spaces": (line("   "), "is empty"),
    "a truncated record": (line(json.dumps(PERSON)[:-9]), "is not JSON"),
    "two records on a line": (line(json.dumps(PERSON) * 2), "is not JSON"),
    "words": (line("Mara Velt, born in Oslo"), "is not JSON"),
    "single quotes": (line("{'id': 'p1'}"), "is not JSON"),
    "a byte order mark": (line("\ufeff" + json.dumps(PERSON)), "is not JSON"),
    "Latin-1": (line('{"id": "Zoë"}'.encode("latin-1")), "is not UTF-8"),
    "UTF-16": (line('{"id": "p1"}'.encode("utf-16")), "is not UTF-8"),
    "a NUL": (line(b'{"id": "\x00"}'), "is not JSON"),
    "null": (line("null"), "holds null"),
    "a number": (line("7"), "is not of type 'object'"),
    "a list": (line(json.dumps([PERSON])), "is not of type 'object'"),
    "an empty object": (line("{}"), "'id' is a required property"),
    "deep nesting": (line("[" * 200_000), "is nested too deep"),
    "a long line": (line(b" " * (LONGEST + 1)), "is longer than 4 MiB"),
    "a huge integer": (line('{"id": ' + "9" * 5000 + "}"), "is not JSON"),
    "NaN": (line(json.dumps(PERSON | {"drawing": {"x": float("nan")}})), "holds NaN"),
    "an infinity": (line(json.dumps(PERSON | {"drawing": {"x": float("-inf")}})), "holds -Infinity"),
    "an overflow": (line(json.dumps(PERSON | {"drawing": {"x": 0}}).replace('"x": 0', '"x": 1e999')), "is too large"),
    "a key twice": (line('{"id": "p9", ' + json.dumps(PERSON)[1:]), "the key 'id' twice"),
    "a lone surrogate": (put(name="Mara \ud800"), "half of a surrogate pair"),
    "a lone surrogate as key": (put(drawing={"\udfff": 1}), "half of a surrogate pair"),
    "no id": (without("id"), "'id' is a required property"),
    "no questions": (without("questions"), "'questions' is a required property"),
    "an unknown key": (put(shoe_size=43), "'shoe_size' was unexpected"),
    "a number as name": (put(name=7), "name: 7 is not of type 'string'"),
    "an empty name": (put(name=" "), "name: is empty"),
    "an empty id": (put(id=""), "id: is empty"),
    "no facts": (put(facts=[]), "facts: [] "),
    "facts by name": (put(facts={"birthplace": "Oslo"}), "is not of type 'array'"),
    "a list as drawing": (put(drawing=[]), "drawing: [] is not of type 'object'"),
    "a taken id": (put(id="p0"), "id: 'p0' is already taken by my.jsonl:1"),
    "a taken name": (put(name="Person p0"), "name: 'Person p0' is already taken by my.jsonl:1"),
    "a taken picture": (put(picture="p0"), "picture: 'p0' is already taken by my.jsonl:1"),
    "a taken question": (question(id="p0/text_memory/birthplace"), "is already taken by my.jsonl:1"),
    "a question twice": (edited(question_twice), "is there twice"),
    "a fact twice": (edited(fact_twice), "facts: 'birthplace' is there twice"),
    "an unknown kind": (fact(kind="feeling"), "facts[0].kind: 'feeling' is not one of"),
    "an unknown sensitivity": (fact(sensitivity="none"), "facts[0].sensitivity: 'none' is not one of"),
    "an unknown task": (question(task="smell"), "questions[0].task: 'smell' is not one of"),
    "another's question": (question(subject="p0"), "subject is 'p0', not 'p1'"),
    "a question without picture": (question(picture=None), "picture is None"),
    "a question without words": (question(text=""), "text is empty"),
    "a paraphrase without words": (question(paraphrases={"held_out": [" "]}), "a paraphrase is empty"),
    "no key facts": (question(key_facts=[]), "questions[0].key_facts: [] "),
    "an answer without its fact": (question(answer="In Rome."), "'Oslo' does not stand in the answer"),
    "a way out of the folder": (put(picture="../p1"), "'../p1' is not a plain name"),
    "an absolute picture": (put(picture="/etc/passwd"), "is not a plain name"),
    "a Windows path": (put(picture="..\\p1"), "is not a plain name"),
    "no picture file": (no_picture, "there is no file pictures/p1.png"),
    "a link out of the folder": (link_out, "leads out of the folder"),
    "a wide picture": (wide_picture, "has 4097 x 4097 pixels"),
    "a picture bomb": (picture(bomb), "has too many pixels"),
    "a comment bomb in a picture": (picture(text_bomb), "is not a readable PNG picture"),
    "a cut picture": (picture(lambda content: content[:50]), "is not a readable PNG picture"),
    "a text as picture": (picture(lambda _: b"portrait"), "is not a readable PNG picture"),
    "a second picture of the usual domain": (put(others=[other("portrait")]), "others: 'portrait' is there twice"),
    "a second picture that is not there": (put(others=[other("fundus", "eye")]), "no file pictures/eye.png"),
    "a second picture twice": (put(others=[other("fundus")]), "picture: 'p1' is there twice"),
    "a domain without a picture": (question(domain="fundus"), "there is no picture of the domain 'fundus'"),
    "a domain of two words": (question(domain="back of eye"), "questions[0].domain: 'back of eye' is not valid"),
    "a GIF as picture": (picture(lambda _: b"GIF89a" + bytes(20)), "is not a readable PNG picture"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_line_is_told_by_its_number(tmp_path: Path, name: str) -> None:
    file = write_people(tmp_path)
    damage, words = MALFORMED[name]
    damage(file)
    faults = read_people(file).faults
    assert {(fault.file, fault.line) for fault in faults} == {("my.jsonl", 2)}
    assert [str(fault) for fault in faults if words in fault.text] != []
    assert all(str(fault).isprintable() and len(str(fault)) < 1000 for fault in faults)
    with pytest.raises(UsageError, match=r"^my\.jsonl:2: ") as caught:
        open_people(file)
    assert caught.value.exit_code == 2


def test_fifty_ways_to_be_wrong_are_tried() -> None:
    assert len(MALFORMED) >= 50


def test_a_faultless_file_is_read_whole(tmp_path: Path) -> None:
    people = read_people(write_people(tmp_path))
    assert people.faults == []
    assert people.profiles == [make_profile(name) for name in ("p0", "p1", "p2")]


def test_all_faults_of_all_lines_are_told_at_once(tmp_path: Path) -> None:
    file = write_people(tmp_path)
    change(file, 1, lambda record: record.update(name=7, drawing=[], picture="../p0"))
    replace_line(file, 2, b"?")
    change(file, 3, lambda record: record["questions"][1].update(subject="p8", answer="In Rome."))
    assert [fault.line for fault in read_people(file).faults] == [1, 1, 1, 2, 3, 3]


def test_scenes_beside_the_file_are_read_and_judged_with_it(tmp_path: Path) -> None:
    file = write_people(tmp_path)
    write_scenes(tmp_path, "unseen", ["u0", "p0"])
    write_scenes(tmp_path, "general", ["g0"])
    people = read_people(file)
    assert [scene.id for scene in people.scenes["general"]] == ["g0"]
    assert {str(fault)[:15] for fault in people.faults} == {"unseen.jsonl:2:"}


def test_a_file_of_nobody_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "my.jsonl").write_text("")
    assert [str(fault) for fault in read_people(tmp_path / "my.jsonl").faults] == [
        "my.jsonl:1: holds nobody; write one profile a line"
    ]


@pytest.mark.parametrize("name", ["nowhere.jsonl", "."])
def test_a_file_that_can_not_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"can't read .*; give a file of JSON lines"):
        read_people(tmp_path / name)


def test_generated_people_have_no_faults(tmp_path: Path) -> None:
    made = fictional(size=3, seed=5, picture_size=32)
    made.save(tmp_path / "people")
    people = read_people(tmp_path / "people" / "profiles.jsonl")
    assert people.faults == []
    assert tuple(people.profiles) == made.profiles
    assert tuple(people.scenes["rehearsal"]) == made.rehearsal


@given(st.binary(max_size=60), st.integers(0, 1500))
def test_any_bytes_anywhere_are_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, place: int
) -> None:
    file = write_people(tmp_path_factory.mktemp("fuzzed"), ["p0"])
    whole = file.read_bytes()
    file.write_bytes(whole[:place] + content + whole[place + len(content) :])
    people = read_people(file)
    assert people.faults or people.profiles


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=50)
@given(st.sampled_from([*PERSON, "questions[]", "facts[]"]), st.sampled_from(["", "id", "task", "kind"]), ANYTHING)
def test_anything_in_the_place_of_a_field_is_read_or_told_with_its_line(
    tmp_path_factory: pytest.TempPathFactory, key: str, inner: str, value: object
) -> None:
    record = json.loads(json.dumps(PERSON))
    place: Any = record[key.removesuffix("[]")]
    if key.endswith("[]") and inner:
        place[0][inner] = value
    else:
        record[key.removesuffix("[]")] = value
    file = write_people(tmp_path_factory.mktemp("fuzzed"), ["p0", "p1"])
    replace_line(file, 2, json.dumps(record).encode())
    people = read_people(file)
    assert len(people.profiles) == 2 or {fault.line for fault in people.faults} == {2}
