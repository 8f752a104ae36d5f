"""The cache: each stage is built once, and checked whenever it is used."""

import logging
from pathlib import Path

import pytest

from smfa_bench.cache import cache_folder, cached
from smfa_bench.errors import BenchError


class Builder:
    """Writes a file and counts how often it was asked to."""

    def __init__(self, *, fails: bool = False) -> None:
        self.calls = 0
        self.found: list[list[str]] = []
        self.fails = fails

    def __call__(self, working: Path, unfinished: Path) -> None:
        self.calls += 1
        self.found.append(sorted(path.name for path in unfinished.iterdir()))
        (unfinished / "state").write_text("half way")
        if self.fails:
            raise RuntimeError("killed")
        (working / "content").write_text(f"build {self.calls}")


def test_the_cache_is_where_the_variable_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMFA_BENCH_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"


@pytest.mark.parametrize("value", [None, ""])
def test_without_the_variable_the_cache_is_the_users(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv("SMFA_BENCH_CACHE")
    else:
        monkeypatch.setenv("SMFA_BENCH_CACHE", value)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: f"/user/{name}")
    assert cache_folder() == Path("/user/smfa-bench")


def test_an_entry_is_built_once(tmp_path: Path) -> None:
    build = Builder()
    first = cached(tmp_path, "taught", "key", build)
    assert cached(tmp_path, "taught", "key", build) == first == tmp_path / "taught" / "key"
    assert (first / "content").read_text() == "build 1"
    assert build.calls == 1


def test_other_keys_and_kinds_are_other_entries(tmp_path: Path) -> None:
    build = Builder()
    folders = {cached(tmp_path, kind, key, build) for kind in ("taught", "answers") for key in ("a", "b")}
    assert len(folders) == build.calls == 4


def test_a_damaged_entry_is_built_again_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    build = Builder()
    folder = cached(tmp_path, "taught", "key", build)
    (folder / "content").write_text("edited")
    with caplog.at_level(logging.WARNING):
        cached(tmp_path, "taught", "key", build)
    assert (folder / "content").read_text() == "build 2"
    assert "Building it again" in caplog.text


def test_a_failing_build_leaves_nothing_under_its_name(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="killed"):
        cached(tmp_path, "taught", "key", Builder(fails=True))
    assert not list((tmp_path / "taught").iterdir())


def test_what_a_crashed_build_kept_is_handed_to_the_next(tmp_path: Path) -> None:
    build = Builder(fails=True)
    with pytest.raises(RuntimeError):
        cached(tmp_path, "taught", "key", build)
    build.fails = False
    cached(tmp_path, "taught", "key", build)
    assert build.found == [[], ["state"]]


def test_what_a_build_kept_is_gone_when_it_is_done(tmp_path: Path) -> None:
    for _ in range(2):
        cached(tmp_path, "taught", "key", Builder())
        assert not [path for path in (tmp_path / "unfinished").iterdir() if path.is_dir()]


def test_a_cache_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(BenchError, match="can't write"):
        cached(tmp_path / "cache", "taught", "key", Builder())


def test_a_build_that_kept_nothing_leaves_no_folder(tmp_path: Path) -> None:
    def refuse(*_: Path) -> None:
        raise BenchError("no.")

    with pytest.raises(BenchError, match="no"):
        cached(tmp_path, "taught", "key", refuse)
    assert [path.name for path in (tmp_path / "unfinished").iterdir() if path.is_dir()] == []


def test_what_a_killed_process_was_filling_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / "taught" / ".key.half"
    left.mkdir(parents=True)
    (left / "content").write_text("half")
    another = tmp_path / "taught" / ".key2.half"
    another.mkdir()
    cached(tmp_path, "taught", "key", Builder())
    assert not left.exists()
    assert another.exists()
