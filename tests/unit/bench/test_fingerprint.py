"""Fingerprints: equal content, equal name, and nothing else."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from smfa_bench.fingerprint import canonical_json, file_digest, files_fingerprint, fingerprint
from smfa_bench.record import Record

VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


class Point(Record):
    x: int = 1
    y: float = 2.0


def test_the_fingerprint_of_a_known_value_never_changes() -> None:
    # The first 16 digits of `printf '{"a":1}' | sha256sum`.
    assert fingerprint({"a": 1}) == "015abd7f5cc57a2d"


def test_the_order_of_keys_does_not_matter() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


@given(VALUES, VALUES)
def test_different_values_have_different_fingerprints(left: JsonValue, right: JsonValue) -> None:
    assert (fingerprint(left) == fingerprint(right)) == (canonical_json(left) == canonical_json(right))


def test_a_record_has_the_fingerprint_of_its_fields() -> None:
    assert fingerprint(Point()) == fingerprint({"x": 1, "y": 2.0})
    assert fingerprint(Point()) != fingerprint(Point(x=2))


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_json_can_not_hold_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json(number)


def test_a_file_is_named_by_its_bytes(tmp_path: Path) -> None:
    # The well-known SHA-256 of "abc".
    (tmp_path / "a").write_bytes(b"abc")
    assert file_digest(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_files_are_named_by_content_and_name_but_not_by_place_or_order(tmp_path: Path) -> None:
    def write(folder: str, **contents: str) -> list[Path]:
        (tmp_path / folder).mkdir()
        for name, content in contents.items():
            (tmp_path / folder / name).write_text(content)
        return sorted((tmp_path / folder).iterdir())

    here = files_fingerprint(write("here", a="1", b="2"), tmp_path / "here")
    there = files_fingerprint(reversed(write("there", a="1", b="2")), tmp_path / "there")
    renamed = files_fingerprint(write("renamed", a="1", c="2"), tmp_path / "renamed")
    changed = files_fingerprint(write("changed", a="1", b="3"), tmp_path / "changed")
    assert here == there
    assert len({here, renamed, changed}) == 3
