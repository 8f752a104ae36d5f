"""A run whose unlearned model is served: its questions are asked there, all else stays."""

import os
from pathlib import Path

import pytest

from helpers.answering_server import answering_server
from helpers.console import Console
from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.errors import UsageError
from smfa_bench.generation.served import Server
from smfa_bench.progress import Silent
from smfa_bench.results.answer import Stage, read_answers
from smfa_bench.results.result import RunConfig
from smfa_bench.results.store import read_result
from smfa_bench.runner.reanswering import answer_again
from smfa_bench.runner.rescoring import rescore
from smfa_bench.runner.stages import run


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def finished(small_model_name: str, tmp_path: Path, cache: Path) -> Path:
    """The folder of a run on five people."""
    config = RunConfig(
        method="helpers.steady_method:Steady",
        model=small_model_name,
        profiles="helpers.people:five_people",
        size=5,
        forget_ratio=0.2,
        few_shot=1,
    )
    result = run(config, runs_dir=tmp_path / "runs", cache=cache, progress=Silent())
    return tmp_path / "runs" / result.run_id


def test_only_the_unlearned_answers_are_new_and_their_probability_is_missing(finished: Path, tmp_path: Path) -> None:
    with answering_server(says=lambda *_: "In Oslo.") as server:
        ended = Console(tmp_path).here("answer", finished.name, "--answers-from", server.url, "--served-model", "lora")
        calls = sum(server.asked.values())
        again = answer_again(finished, Server(server.url, "lora"), runs_dir=tmp_path / "runs", progress=Silent())
        assert sum(server.asked.values()) == calls
    assert ended.code == 0, ended.stderr
    before, after = read_result(finished), read_result(tmp_path / "runs" / again.run_id)
    assert again == after
    assert after.served == "lora"
    assert after.run_id.startswith(f"{before.run_id}-served-")
    old, new = (read_answers(tmp_path / "runs" / one.run_id / "answers.jsonl") for one in (before, after))
    for was, now in zip(old, new, strict=True):
        assert (was.model, was.question) == (now.model, now.question)
        if now.model is Stage.UNLEARNED:
            assert (now.answer, now.probability) == ("In Oslo.", None)
            assert [verdict.fact.value for verdict in now.verdicts.values()] == [10]
            assert now.scores["probability"].value is None
        else:
            assert now == was
    assert after.models[Stage.VANILLA] == before.models[Stage.VANILLA]
    cell = after.models[Stage.UNLEARNED].cells["forget.image_memory.probability"]
    assert (cell.value, cell.n, cell.missing) == (None, 0, 1)
    assert not list((tmp_path / "runs" / after.run_id).glob("unfinished*"))


def test_repeated_after_another_judge_the_answers_are_shown_by_their_own(finished: Path, tmp_path: Path) -> None:
    with answering_server(says=lambda *_: "In Oslo.") as server:
        command = ("answer", finished.name, "--answers-from", server.url, "--served-model", "lora")
        first = Console(tmp_path).here(*command)
        again = answer_again(finished, Server(server.url, "lora"), runs_dir=tmp_path / "runs", progress=Silent())
        rescore(tmp_path / "runs" / again.run_id, "helpers.steady_method:Generous", progress=Silent())
        shown = Console(tmp_path).here(*command)
    assert (shown.code, shown.stdout) == (0, first.stdout), shown.stderr


def test_an_adapter_that_tells_pictures_and_text_apart_needs_two_served_models(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LoraAdapter, "routed", True)
    with pytest.raises(UsageError, match="add --served-text-model"):
        answer_again(finished, Server("http://127.0.0.1:1/v1", "one"), runs_dir=tmp_path, progress=Silent())


def test_people_that_changed_since_the_run_are_not_asked_about(finished: Path, tmp_path: Path) -> None:
    path = finished / "result.json"
    path.write_text(path.read_text().replace(read_result(finished).data_fingerprint, "another"))
    with pytest.raises(UsageError, match="no longer gives the people of the run"):
        answer_again(finished, Server("http://127.0.0.1:1/v1", "one"), runs_dir=tmp_path, progress=Silent())
