"""Storage: files and folders are whole or absent, whatever goes wrong."""

import errno
import os
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import JsonValue

from smfa_bench.errors import BenchError, DamagedFileError
from smfa_bench.storage import SEAL, check_seal, locked, make_folder, read_json, sealed_folder, write_bytes, write_json


def full_disk(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_only(*_: Any, **__: Any) -> None:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


def stop(*_: Any) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    folder = tmp_path / "sealed"
    with sealed_folder(folder) as working:
        write_bytes(working / "a", b"first")
        write_bytes(working / "inner" / "b", b"second")
    return folder


def test_a_file_is_written_with_the_folders_above_it(tmp_path: Path) -> None:
    write_bytes(tmp_path / "x" / "y" / "file", b"content")
    assert (tmp_path / "x" / "y" / "file").read_bytes() == b"content"


@pytest.mark.parametrize(("fault", "raised"), [(full_disk, BenchError), (stop, KeyboardInterrupt)])
@pytest.mark.parametrize("moment", ["os.fsync", "pathlib.Path.replace"])
def test_a_failure_in_the_middle_leaves_the_old_content_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, fault: Any, raised: type[BaseException]
) -> None:
    write_bytes(tmp_path / "file", b"old")
    monkeypatch.setattr(moment, fault)
    with pytest.raises(raised):
        write_bytes(tmp_path / "file", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_full_disk_is_told_in_one_line_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(BenchError, match=r"can't write .*file: No space left on device; free some space"):
        write_bytes(tmp_path / "file", b"new")


def test_a_read_only_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.mkstemp", read_only)
    monkeypatch.setattr("tempfile.mkdtemp", read_only)
    with pytest.raises(BenchError, match="Read-only file system"):
        write_bytes(tmp_path / "file", b"new")
    with pytest.raises(BenchError, match="Read-only file system"), sealed_folder(tmp_path / "folder"):
        pass


def test_a_file_in_a_folders_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(BenchError, match=r"can't write .*taken"):
        make_folder(tmp_path / "taken")
    with pytest.raises(BenchError, match=r"can't write .*taken"):
        write_bytes(tmp_path / "taken" / "file", b"new")
    with pytest.raises(BenchError, match=r"can't write .*taken"), sealed_folder(tmp_path / "taken"):
        pass


def test_a_lock_file_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(BenchError, match=r"can't write .*lock"), locked(tmp_path / "lock"):
        pass


def test_a_lock_is_free_again_after_its_block(tmp_path: Path) -> None:
    for _ in range(2):
        with locked(tmp_path / "deep" / "lock"):
            pass


def test_who_finds_a_lock_held_says_so_and_waits(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path, order = tmp_path / "lock", list[str]()

    def second() -> None:
        with locked(path):
            order.append("second")

    waiting = Thread(target=second)
    with locked(path):
        waiting.start()
        while waiting.is_alive() and "another process holds" not in caplog.text:
            waiting.join(0.01)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_json_comes_back_as_written(tmp_path: Path) -> None:
    value: dict[str, JsonValue] = {"b": [1, 2.5, None], "a": "Ångström\u2028"}
    write_json(tmp_path / "file.json", value)
    read = read_json(tmp_path / "file.json")
    assert read == value
    assert isinstance(read, dict)
    assert list(read) == ["b", "a"]


def test_json_holds_no_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(tmp_path / "file.json", float("nan"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe"])
def test_what_is_not_json_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.json").write_bytes(content)
    with pytest.raises(DamagedFileError, match="is not JSON"):
        read_json(tmp_path / "file.json")


def test_an_absent_json_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="No such file"):
        read_json(tmp_path / "file.json")


def test_a_sealed_folder_holds_what_was_put_in_and_passes_its_check(sealed: Path) -> None:
    check_seal(sealed)
    assert (sealed / "inner" / "b").read_bytes() == b"second"
    assert [path.name for path in sealed.parent.iterdir()] == ["sealed"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_an_exception_while_filling_leaves_nothing(tmp_path: Path, fault: type[BaseException]) -> None:
    def fill() -> None:
        with sealed_folder(tmp_path / "sealed") as working:
            (working / "a").touch()
            raise fault

    with pytest.raises(fault):
        fill()
    assert not list(tmp_path.iterdir())


def test_a_failed_replacement_leaves_the_old_folder(sealed: Path) -> None:
    with pytest.raises(ValueError, match="stop"), sealed_folder(sealed):
        raise ValueError("stop")
    check_seal(sealed)


def test_a_folder_of_the_same_name_is_replaced(sealed: Path) -> None:
    with sealed_folder(sealed) as working:
        write_bytes(working / "c", b"third")
    check_seal(sealed)
    assert {path.name for path in sealed.iterdir()} == {"c", SEAL}


@pytest.mark.parametrize("damage", ["changed", "truncated", "removed", "added", "no seal", "foreign seal"])
def test_the_check_sees_every_damage(sealed: Path, damage: str) -> None:
    file = sealed / "inner" / "b"
    if damage == "changed":
        file.write_bytes(b"secoMd")
    elif damage == "truncated":
        file.write_bytes(b"seco")
    elif damage == "removed":
        file.unlink()
    elif damage == "added":
        (sealed / "inner" / "c").touch()
    elif damage == "no seal":
        (sealed / SEAL).unlink()
    else:
        (sealed / SEAL).write_text("[]")
    with pytest.raises(DamagedFileError):
        check_seal(sealed)
