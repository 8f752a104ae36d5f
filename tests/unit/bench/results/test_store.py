"""Run folders: results come back, damage is told, runs are found by what a user types."""

import json
from pathlib import Path

import pytest

from helpers.results_factory import make_result
from smfa_bench.errors import BenchError, DamagedFileError, UsageError
from smfa_bench.results.store import find_run, read_result, run_folders, write_result

NUMBERS = {"forget.image_memory.fact": 1.5, "retain.text_memory.fact": None, "overall_memory.fact": 7.0}


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for name in ("smfa-forget05-seed0-aaaa", "smfa-forget05-seed0-aaaabb", "smfa-forget10-seed0-cccc"):
        write_result(tmp_path / name, make_result())
    (tmp_path / "unfinished").mkdir()
    return tmp_path


@pytest.mark.parametrize("k", [2.5, float("inf")])
def test_a_result_comes_back_as_written(tmp_path: Path, k: float) -> None:
    options = json.loads(json.dumps({"k": k}).replace("Infinity", '"Infinity"'))
    result = make_result(numbers=NUMBERS, options=options)
    write_result(tmp_path, result)
    assert read_result(tmp_path) == result


def test_a_missing_value_is_written_as_null_and_not_as_zero(tmp_path: Path) -> None:
    write_result(tmp_path, make_result(numbers=NUMBERS))
    cells = json.loads((tmp_path / "result.json").read_text())["judged"]["offline-1"]["models"]["unlearned"]["cells"]
    assert cells["retain.text_memory.fact"]["value"] is None


def test_a_run_without_result_is_not_finished(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="not finished; run it again"):
        read_result(tmp_path)


def test_a_truncated_result_is_told(tmp_path: Path) -> None:
    write_result(tmp_path, make_result())
    path = tmp_path / "result.json"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DamagedFileError, match="is not JSON"):
        read_result(tmp_path)


def test_a_result_with_a_wrong_field_is_told_by_the_fields_name(tmp_path: Path) -> None:
    write_result(tmp_path, make_result())
    path = tmp_path / "result.json"
    document = json.loads(path.read_text())
    document["config"]["size"] = "many"
    path.write_text(json.dumps(document))
    with pytest.raises(DamagedFileError, match=r"config\.size: "):
        read_result(tmp_path)


def test_only_finished_runs_are_listed_in_the_order_of_their_names(runs: Path) -> None:
    assert [folder.name for folder in run_folders(runs)] == [
        "smfa-forget05-seed0-aaaa",
        "smfa-forget05-seed0-aaaabb",
        "smfa-forget10-seed0-cccc",
    ]


def test_a_folder_without_runs_has_none(tmp_path: Path) -> None:
    assert run_folders(tmp_path / "nowhere") == []


def test_a_folder_that_can_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "glob", denied)
    with pytest.raises(BenchError, match="Permission denied; choose another with --runs-dir"):
        run_folders(tmp_path)


@pytest.mark.parametrize("name", ["smfa-forget10-seed0-cccc", "smfa-forget10"])
def test_a_run_is_found_by_its_id_and_by_its_beginning(runs: Path, name: str) -> None:
    assert find_run(name, runs) == runs / "smfa-forget10-seed0-cccc"


def test_a_run_is_found_by_its_path(runs: Path, tmp_path: Path) -> None:
    path = runs / "smfa-forget10-seed0-cccc"
    assert find_run(str(path), tmp_path / "elsewhere") == path


def test_a_whole_id_is_meant_even_if_another_begins_with_it(runs: Path) -> None:
    assert find_run("smfa-forget05-seed0-aaaa", runs).name == "smfa-forget05-seed0-aaaa"


def test_a_beginning_of_two_runs_is_refused_with_both(runs: Path) -> None:
    with pytest.raises(UsageError, match="begins the names of 2 runs: smfa-forget05-seed0-aaaa, smfa-f"):
        find_run("smfa-forget05", runs)


def test_an_unknown_run_is_answered_with_the_near_match(runs: Path) -> None:
    with pytest.raises(UsageError, match=r"Did you mean .*smfa-forget10-seed0-cccc"):
        find_run("smfa-forget10-seed0-cccd", runs)


def test_an_unknown_run_is_not_answered_with_all_the_others(tmp_path: Path) -> None:
    for place in range(30):
        write_result(tmp_path / f"smfa-forget05-seed{place}-aaaa", make_result())
    with pytest.raises(
        UsageError, match=r"unknown run 'npo'\. Finished runs in .*: 30; see smfa-bench list runs"
    ) as caught:
        find_run("npo", tmp_path)
    assert "aaaa" not in str(caught.value)


def test_a_folder_of_an_unfinished_run_is_told_as_one(runs: Path, tmp_path: Path) -> None:
    (tmp_path / "begun").mkdir()
    with pytest.raises(UsageError, match=r"begun holds no finished run: it has no result\.json\. Run it to its end"):
        find_run(str(tmp_path / "begun"), runs)
