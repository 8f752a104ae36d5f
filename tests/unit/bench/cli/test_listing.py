"""`smfa-bench list`: what is installed and what was run, for people and for programs."""

import json
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field
from typer.testing import CliRunner

from helpers.results_factory import make_result
from smfa_bench.cli.listing import _options, app
from smfa_bench.errors import UsageError
from smfa_bench.registry import JUDGES, METHODS
from smfa_bench.results.store import write_result


def listed(*arguments: str) -> list[dict[str, str]]:
    """Return the rows of a listing as JSON."""
    result = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    rows: list[dict[str, str]] = json.loads(result.stdout)
    return rows


@pytest.mark.parametrize(
    ("kind", "name", "thing"),
    [
        ("methods", "smfa", "smfa_bench_methods.smfa:Smfa"),
        ("models", "tiny", "smfa_bench_profiles.embedded:spec"),
        ("scorers", "rouge_l", "smfa_bench.scoring.offline:RougeL"),
        ("judges", "offline", "smfa_bench.scoring.offline:OfflineJudge"),
    ],
)
def test_what_is_installed_is_listed_with_where_it_comes_from(kind: str, name: str, thing: str) -> None:
    rows = {row["name"]: row for row in listed(kind)}
    assert rows[name]["object"] == thing
    assert rows[name]["from"].startswith("smfa-bench ")


def test_a_broken_plugin_is_listed_with_its_error_and_the_others_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_plugin.py").write_text("import no_such_dependency\n")
    (tmp_path / "sound_plugin.py").write_text("class Sound: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = listed("methods")
    for name, value in (("broken", "broken_plugin:Mine"), ("sound", "sound_plugin:Sound")):
        monkeypatch.setitem(METHODS.entries, name, EntryPoint(name, value, METHODS.group))
    rows = {row["name"]: row for row in listed("methods")}
    fault = rows["broken"]["fault"]
    assert "method 'broken' can't be imported" in fault
    assert "No module named 'no_such_dependency'" in fault
    assert "fault" not in rows["sound"]
    assert [row for row in rows.values() if row["name"] not in {"broken", "sound"}] == before


def test_a_plugin_whose_name_is_taken_is_listed_with_how_to_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = EntryPoint("smfa", "other_package:Mine", METHODS.group)
    monkeypatch.setitem(METHODS.__dict__, "_installed", [*METHODS.entries.values(), taken])
    row = next(row for row in listed("methods") if row["object"] == "other_package:Mine")
    assert row["fault"].startswith("the name is taken by smfa-bench ")
    assert row["fault"].endswith("; name it as other_package:Mine.")


def test_the_options_of_a_method_are_listed_with_their_defaults() -> None:
    rows = {row["option"]: row for row in listed("methods", "smfa")}
    assert (rows["k"]["valid"], rows["k"]["default"]) == ("float ≥ 0", "5.0")
    assert rows["epochs"]["valid"] == "int ≥ 1"
    assert rows["learning_rate"]["valid"] == "float > 0, ≤ 1"
    assert rows["scale"]["valid"] == "matrix, global"
    assert "Larger k" in rows["k"]["meaning"]


def test_what_an_option_may_be_is_told_of_every_kind_of_type() -> None:
    class Options(BaseModel):
        several: tuple[str, ...] = ()
        one_of: Literal["a", "b"] | None = None
        share: Annotated[float, Field(gt=0, le=1)] | int = 1

    assert [row["valid"] for row in _options(Options)] == ["tuple[str, ...]", "a, b", "float > 0, ≤ 1 or int"]


def test_the_options_of_a_judge_are_listed_and_one_that_must_be_given_says_so() -> None:
    rows = {row["option"]: row for row in listed("judges", "openai")}
    assert rows["model"]["default"] == "must be given"
    assert rows["concurrency"]["default"] == "8"
    assert rows["template"]["meaning"] == "Prompt template in place of the shipped one."


def test_a_judge_without_options_has_none() -> None:
    assert listed("judges", "offline") == []


def test_a_table_for_people_shows_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = CliRunner().invoke(app, ["methods"], catch_exceptions=False)
    assert "idk-tuning" in result.stdout
    assert "smfa_bench_methods.idk_tuning:IdkTuning" in result.stdout


@pytest.mark.parametrize("name", ["smaf", "json:loads"])
def test_options_of_what_is_no_method_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        CliRunner().invoke(app, ["methods", name], catch_exceptions=False)


def test_runs_are_listed_with_their_scores_and_a_damaged_one_with_its_fault(tmp_path: Path) -> None:
    numbers = {"overall_memory.fact": 7.125, "overall_understanding.fact": None}
    for name in "abc":
        write_result(tmp_path / name, make_result(numbers=numbers))
        (tmp_path / name / "answers.jsonl").touch()
    (tmp_path / "b" / "result.json").write_text("{")
    (tmp_path / "c" / "answers.jsonl").unlink()
    good, bad, partial = listed("runs", "--runs-dir", str(tmp_path))
    assert good == {"run": "a", "overall memory": "7.12", "overall understanding": "n/a", "judges": "offline-1"}
    assert bad["run"] == "b"
    assert "is not JSON" in bad["fault"]
    assert partial["overall memory"] == "7.12"
    assert "answers.jsonl is gone" in partial["fault"]


@pytest.mark.parametrize("left", ["answers.jsonl", "adapter", ".lock"])
def test_a_run_that_is_not_finished_or_lost_its_result_is_listed_as_that(tmp_path: Path, left: str) -> None:
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / left).touch()
    (tmp_path / "no run").mkdir()
    (row,) = listed("runs", "--runs-dir", str(tmp_path))
    assert row["run"] == "begun"
    assert "the run is not finished" in row["fault"]


def test_brackets_of_an_option_are_shown_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setitem(JUDGES.entries, "mine", SimpleNamespace(load=lambda: SimpleNamespace(Config=ListOption)))
    assert "[words] to look for" in CliRunner().invoke(app, ["judges", "mine"], catch_exceptions=False).stdout


class ListOption(BaseModel):
    words: list[str] = Field(default=[], description="[words] to look for")


def test_runs_without_aggregates_are_listed_all_the_same(tmp_path: Path) -> None:
    write_result(tmp_path / "a", make_result())
    (row,) = listed("runs", "--runs-dir", str(tmp_path))
    assert (row["run"], row["overall memory"]) == ("a", "n/a")


def test_no_runs_are_told_as_none(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["runs", "--runs-dir", str(tmp_path)], catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (0, "none\n")
