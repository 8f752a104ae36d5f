"""What was saved is scored again without a model: by any judge, and as to erasure."""

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.people import make_question, make_record
from helpers.results_factory import make_model, make_result
from smfa_bench.data.probes import Group
from smfa_bench.data.question import Task
from smfa_bench.data.token_scores import TokenScores
from smfa_bench.errors import DamagedFileError
from smfa_bench.progress import Silent
from smfa_bench.results.answer import Part, Stage, write_answers
from smfa_bench.results.probe import ProbeRecord, WrongAnswer, write_probes
from smfa_bench.results.result import RunResult
from smfa_bench.results.store import ANSWERS, LIKELIHOODS, read_result, read_run, write_result
from smfa_bench.runner.rescoring import rescore

Start = Callable[..., RunResult]
RUN_V1 = Path(__file__).parents[3] / "fixtures" / "run-v1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run of one answer, as an older release left it."""
    write_result(tmp_path, make_result("smfa", make_model({"forget.text_memory.fact": 1.0}, n=1)))
    write_answers(tmp_path / ANSWERS, [make_record(Part.FORGET, Task.TEXT_MEMORY, {})])
    return tmp_path


def test_likelihoods_that_were_saved_give_the_metrics(folder: Path) -> None:
    right = TokenScores(log_p=(math.log(0.3),), means=(-1.0,), deviations=(1.0,))
    wrong = (WrongAnswer(text="She was born in Rome.", log_p=(math.log(0.1),)),)
    probe = ProbeRecord(model=Stage.UNLEARNED, group=Group.FORGET, question=make_question(), right=right, wrong=wrong)
    write_probes(folder / LIKELIHOODS, [probe])
    cells = rescore(folder, "offline", progress=Silent()).erasure[Stage.UNLEARNED].cells
    assert cells["forget.text_memory.multiple_choice"].value == pytest.approx(0.75)


def test_without_likelihoods_there_are_no_metrics_and_no_zeros(folder: Path) -> None:
    assert rescore(folder, "offline", progress=Silent()).erasure == {}


def test_answers_are_scored_again_by_another_judge_without_a_model(start: Start, tmp_path: Path) -> None:
    before = start()
    folder = tmp_path / "runs" / before.run_id
    after = rescore(folder, "helpers.steady_method:Generous", progress=Silent())
    both = read_result(folder)
    assert after.judge == "generous-1"
    assert after.models[Stage.UNLEARNED].cells["forget.image_memory.fact"].value == 9.0
    assert list(both.judged) == ["offline-2", "generous-1"]
    assert both.by("helpers.steady_method:Generous") == after
    assert both.by("offline") == before
    again = rescore(folder, "offline", progress=Silent())
    assert again == before
    assert list(read_result(folder).judged) == ["generous-1", "offline-2"]


def test_a_run_of_the_first_schema_version_is_read_and_scored_again(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(RUN_V1, tmp_path / "run"))
    old = json.loads((folder / "result.json").read_text())
    before, records = read_run(folder)
    assert before.judge == "offline-2"
    for stage, model in before.models.items():
        assert json.loads(model.model_dump_json())["aggregates"] == old["models"][stage]["aggregates"]
        assert json.loads(model.model_dump_json())["cells"] == old["models"][stage]["cells"]
    assert all(record.verdicts["offline-2"].fact.value is not None for record in records)
    rescore(folder, "helpers.steady_method:Generous", progress=Silent())
    both, _ = read_run(folder)
    assert both.by("offline").models == before.models
    assert both.by("generous-1").judge == "generous-1"


def test_damaged_answers_are_not_scored_and_the_result_stays(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "runs" / start().run_id
    before = json.loads((folder / "result.json").read_text())
    (folder / "answers.jsonl").write_text("{")
    with pytest.raises(DamagedFileError, match="damaged at line 1"):
        rescore(folder, "helpers.steady_method:Generous", progress=Silent())
    assert json.loads((folder / "result.json").read_text()) == before


def test_answers_of_which_some_are_gone_are_not_scored(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "runs" / start().run_id
    path = folder / "answers.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(DamagedFileError, match=r"holds \d+ answers, the run made \d+"):
        rescore(folder, "helpers.steady_method:Generous", progress=Silent())
