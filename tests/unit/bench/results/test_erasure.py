"""Erasure metrics of records made by hand: each number by its formula, and missing where nothing can be compared."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from helpers.people import make_question
from smfa_bench.data.probes import Group
from smfa_bench.data.question import Task
from smfa_bench.data.token_scores import TokenScores
from smfa_bench.errors import DamagedFileError
from smfa_bench.results.answer import Stage
from smfa_bench.results.erasure import ATTACKS, summarise_erasure
from smfa_bench.results.probe import ProbeRecord, WrongAnswer, read_probes, write_probes


def record(
    stage: Stage,
    group: Group,
    right: float,
    wrong: Sequence[float] = (),
    *,
    subject: str = "p0",
    completion: str | None = None,
) -> ProbeRecord:
    """Return a record in which every token has the same probability."""
    logs = (math.log(right),) * 4
    return ProbeRecord(
        model=stage,
        group=group,
        question=make_question(subject, Task.TEXT_MEMORY),
        right=TokenScores(log_p=logs, means=(-1.0,) * 4, deviations=(0.5,) * 4),
        wrong=tuple(WrongAnswer(text="In Rome.", log_p=(math.log(one),) * 3) for one in wrong),
        lead="She was born in" if completion else "",
        completion=completion,
    )


def test_each_cell_is_the_mean_over_its_questions() -> None:
    records = [
        record(Stage.VANILLA, Group.FORGET, 0.8, [0.1, 0.1], subject="p0", completion="She was born in Oslo."),
        record(Stage.VANILLA, Group.FORGET, 0.2, [0.1, 0.1], subject="p1", completion="She was born in Rome."),
    ]
    cells = summarise_erasure(records, seed=0)[Stage.VANILLA].cells
    assert cells["forget.text_memory.multiple_choice"].value == pytest.approx((0.8 + 0.5) / 2)
    assert cells["forget.text_memory.truth_ratio"].value == pytest.approx((0.125 + 0.5) / 2)
    assert cells["forget.text_memory.prefill"].value == pytest.approx((10 + 0) / 2)


def test_what_has_nothing_to_be_compared_with_is_missing_and_not_zero() -> None:
    result = summarise_erasure([record(Stage.BASE, Group.FORGET, 0.5)], seed=0)[Stage.BASE]
    assert {(cell.value, cell.n, cell.missing) for cell in result.cells.values()} == {(None, 0, 1)}
    assert {measure.value for measure in result.aggregates.values()} == {None}


def test_forget_quality_is_one_for_the_retain_model_itself_and_small_for_one_that_knows() -> None:
    records = [
        record(stage, Group.FORGET, right / 100, [0.1], subject=f"p{right}")
        for stage, base in ((Stage.VANILLA, 80), (Stage.RETAIN, 10))
        for right in range(base, base + 8)
    ]
    found = summarise_erasure(records, seed=0)
    assert found[Stage.RETAIN].aggregates["forget_quality"].value == 1.0
    quality = found[Stage.VANILLA].aggregates["forget_quality"].value
    assert quality is not None
    assert quality < 0.001


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_attack_tells_what_is_likelier_than_strangers(attack: str) -> None:
    records = [
        record(Stage.UNLEARNED, group, right + person / 100, subject=f"{group}{person}")
        for group, right in ((Group.FORGET, 0.6), (Group.STRANGER, 0.2))
        for person in range(3)
    ]
    measure = summarise_erasure(records, seed=0)[Stage.UNLEARNED].aggregates[f"membership.{attack}"]
    assert (measure.value, measure.low, measure.high) == (1.0, 1.0, 1.0)


def test_one_person_on_a_side_has_an_area_but_no_interval() -> None:
    records = [record(Stage.BASE, group, 0.5, subject=group) for group in (Group.FORGET, Group.STRANGER)]
    measure = summarise_erasure(records, seed=0)[Stage.BASE].aggregates["membership.loss"]
    assert (measure.value, measure.low) == (0.5, None)


def test_strangers_are_in_no_cell() -> None:
    assert summarise_erasure([record(Stage.BASE, Group.STRANGER, 0.5)], seed=0)[Stage.BASE].cells == {}


def test_records_come_back_as_written_and_damage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "likelihoods.jsonl"
    records = [record(Stage.BASE, Group.FORGET, 0.5, [0.25], completion="In Oslo.\u2028Yes.")]
    write_probes(path, records)
    assert read_probes(path) == records
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(DamagedFileError, match="damaged at line 2"):
        read_probes(path)
    with pytest.raises(DamagedFileError, match="can't read"):
        read_probes(tmp_path / "nowhere")


def test_where_there_are_several_domains_each_has_a_cell_too() -> None:
    portrait, eye = (record(Stage.VANILLA, Group.FORGET, right, [0.1]) for right in (0.9, 0.3))
    eye = eye.model_copy(update={"question": eye.question.model_copy(update={"domain": "fundus"})})
    cells = summarise_erasure([portrait, eye], seed=0)[Stage.VANILLA].cells
    values = {name: cell.value for name, cell in cells.items() if name.endswith("multiple_choice")}
    assert values == {
        "forget.text_memory.multiple_choice": pytest.approx((0.9 + 0.75) / 2),
        "forget.text_memory.portrait.multiple_choice": pytest.approx(0.9),
        "forget.text_memory.fundus.multiple_choice": pytest.approx(0.75),
    }
