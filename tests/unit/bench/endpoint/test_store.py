"""Replies on the disk: whole ones are read back, and nothing else stops anybody."""

from pathlib import Path

import pytest

from smfa_bench.endpoint.store import ReplyStore
from smfa_bench.errors import BenchError
from smfa_bench.record import Record


class Said(Record):
    text: str


def test_replies_come_back_by_key_and_the_last_of_a_key_counts(tmp_path: Path) -> None:
    store = ReplyStore(tmp_path / "deep" / "said.jsonl", Said)
    assert store.read() == {}
    for key, text in (("a", "one"), ("b", "Zoë\u2028"), ("a", "two")):
        store.append(key, Said(text=text))
    assert store.read() == {"a": Said(text="two"), "b": Said(text="Zoë\u2028")}


@pytest.mark.parametrize("line", [b"", b"?", b"[]", b'{"key": "a"}', b'{"key": "a", "reply": {"text": 1}}', b"\xff"])
def test_a_damaged_line_costs_no_other(tmp_path: Path, line: bytes) -> None:
    store = ReplyStore(tmp_path / "said.jsonl", Said)
    store.path.write_bytes(line + b"\n")
    store.append("b", Said(text="two"))
    with store.path.open("ab") as file:
        file.write(b'{"key": "c", "reply": {"te')
    assert store.read() == {"b": Said(text="two")}
    store.append("c", Said(text="three"))
    assert set(store.read()) == {"b", "c"}


def test_a_store_that_can_not_be_read_or_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "said.jsonl").mkdir()
    store = ReplyStore(tmp_path / "said.jsonl", Said)
    with pytest.raises(BenchError, match="can't read"):
        store.read()
    with pytest.raises(BenchError, match="can't write"):
        store.append("a", Said(text="one"))
