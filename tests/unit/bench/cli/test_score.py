"""`smfa-bench score` with a judge at an endpoint: its options, its name in the result, and what it left unjudged."""

import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from helpers.judging_server import judging_server
from helpers.people import make_record
from helpers.results_factory import make_model, make_result
from smfa_bench.cli.score import score
from smfa_bench.data.question import Task
from smfa_bench.results.answer import Part, Stage, read_answers, write_answers
from smfa_bench.results.store import ANSWERS, read_result, write_result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run of three answers."""
    place = tmp_path / "runs" / "smfa-forget05"
    write_result(place, make_result("smfa", make_model({"forget.text_memory.fact": 1.0}, n=3)))
    records = [
        make_record(Part.FORGET, Task.TEXT_MEMORY, {}, subject=f"p{i}", answer=f"In town {i}.") for i in range(3)
    ]
    write_answers(place / ANSWERS, records)
    return place


def test_an_answer_without_a_verdict_is_counted_and_shown_and_in_no_mean(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    monkeypatch.setenv("COLUMNS", "200")
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    app = typer.Typer()
    app.command()(score)
    with judging_server(fault=lambda answer, _: "bad request" if answer == "In town 1." else "none") as server:
        options = ["--judge-set", "model=m", "--judge-set", f"base_url={server.url}", "--display", "none"]
        shown = CliRunner().invoke(app, [str(folder), "--judge", "openai", *options], catch_exceptions=False).stdout
    assert read_result(folder).by("offline").models[Stage.UNLEARNED].cells["forget.text_memory.fact"].value == 1.0
    result = read_result(folder).by("openai")
    assert result.judge.startswith("openai m prompt-")
    cell = result.models[Stage.UNLEARNED].cells["forget.text_memory.fact"]
    assert (cell.value, cell.n, cell.missing) == (7, 2, 1)
    assert "1 of 3 answers without a verdict: incomplete" in " ".join(shown.split())
    judged = result.judged[result.judge]
    assert (judged.answers, judged.missing, judged.most_missing, judged.incomplete) == (3, 1, 0.02, True)
    assert judged.appointed.startswith("openai?model=m&base_url=http")
    reasons = [record.verdicts[result.judge].fact.reason for record in read_answers(folder / ANSWERS)]
    assert reasons == ["so it is", "the endpoint does not take the request (status 400)", "so it is"]
