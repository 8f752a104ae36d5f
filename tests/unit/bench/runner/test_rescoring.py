"""Erasure metrics are taken again from what was saved, without a model."""

import math
from pathlib import Path

import pytest

from helpers.people import make_question, make_record
from helpers.results_factory import make_model, make_result
from smfa_bench.data.probes import Group
from smfa_bench.data.question import Task
from smfa_bench.data.token_scores import TokenScores
from smfa_bench.progress import Silent
from smfa_bench.results.answer import Part, Stage, write_answers
from smfa_bench.results.probe import ProbeRecord, WrongAnswer, write_probes
from smfa_bench.results.store import ANSWERS, LIKELIHOODS, write_result
from smfa_bench.runner.rescoring import rescore


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
