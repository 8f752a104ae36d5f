"""Summaries, checked against numbers worked out by hand."""

import pytest

from helpers.people import JUDGE, make_record
from smfa_bench.data.question import Task
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench.results.summary import summarise

CELL = "forget.image_memory.fact"


def records(stage: Stage, forget: float, retain: float, *, people: int = 2) -> list[AnswerRecord]:
    """Return one answer a person and task; memory as given, understanding 8, everything meaningful."""
    return [
        make_record(
            part,
            task,
            {"fact": 8.0 if task is Task.IMAGE_UNDERSTANDING else value, "meaningful": 10.0},
            subject=f"{part}{person}",
            stage=stage,
        )
        for part, value in ((Part.FORGET, forget), (Part.RETAIN, retain))
        for task in Task
        for person in range(people)
    ]


def test_a_cell_is_the_mean_of_its_answers() -> None:
    found = summarise(
        [
            make_record(Part.FORGET, Task.IMAGE_MEMORY, {"fact": value}, subject=f"p{place}")
            for place, value in enumerate((2.0, 4.0, 9.0))
        ],
        seed=0,
        judge=JUDGE,
    )
    cell = found[Stage.UNLEARNED].cells[CELL]
    assert (cell.value, cell.n, cell.missing) == (5.0, 3, 0)
    assert cell.low is not None
    assert cell.high is not None
    assert 2 <= cell.low < 5 < cell.high <= 9


def test_a_missing_score_is_counted_and_never_taken_for_zero() -> None:
    found = summarise(
        [
            make_record(Part.FORGET, Task.IMAGE_MEMORY, {"fact": value}, subject=f"p{place}")
            for place, value in enumerate((4.0, None, 6.0))
        ],
        seed=0,
        judge=JUDGE,
    )
    cell = found[Stage.UNLEARNED].cells[CELL]
    assert (cell.value, cell.n, cell.missing) == (5.0, 2, 1)


def test_a_cell_without_any_score_has_no_value_and_no_interval() -> None:
    (found,) = summarise([make_record(Part.FORGET, Task.IMAGE_MEMORY, {"fact": None})], seed=0, judge=JUDGE).values()
    cell = found.cells[CELL]
    assert (cell.value, cell.low, cell.high, cell.n, cell.missing) == (None, None, None, 0, 1)


def test_one_person_has_a_mean_but_no_interval() -> None:
    (found,) = summarise(records(Stage.UNLEARNED, 2.0, 9.0, people=1), seed=0, judge=JUDGE).values()
    assert (found.cells[CELL].value, found.cells[CELL].low) == (2.0, None)
    assert found.aggregates["overall_memory.fact"].low is None


def test_aggregates_follow_from_the_cells() -> None:
    (found,) = summarise(records(Stage.UNLEARNED, 2.0, 9.0), seed=0, judge=JUDGE).values()
    values = {name: measure.value for name, measure in found.aggregates.items()}
    assert values["overall_memory.fact"] == pytest.approx(9 - 2)
    assert values["overall_understanding.fact"] == pytest.approx(8)
    assert values["overall_meaningful"] == pytest.approx(10)
    assert not any("rouge_l" in name for name in values)


def test_the_interval_of_an_aggregate_comes_from_the_spread_between_people() -> None:
    forget = [
        make_record(Part.FORGET, task, {"fact": value}, subject=f"f{value}")
        for task in (Task.IMAGE_MEMORY, Task.TEXT_MEMORY)
        for value in (0.0, 4.0)
    ]
    retain = [
        make_record(Part.RETAIN, task, {"fact": 9.0}, subject=f"r{person}")
        for task in (Task.IMAGE_MEMORY, Task.TEXT_MEMORY)
        for person in range(2)
    ]
    (found,) = summarise(forget + retain, seed=0, judge=JUDGE).values()
    measure = found.aggregates["overall_memory.fact"]
    # A draw of two people holds the one, the other or both: 9 - 0, 9 - 4 or 9 - 2.
    assert (measure.value, measure.low, measure.high) == (7.0, 5.0, 9.0)


def test_the_gold_score_needs_the_retain_model() -> None:
    models = records(Stage.VANILLA, 10.0, 10.0) + records(Stage.UNLEARNED, 4.0, 10.0)
    assert all("gold_score" not in found.aggregates for found in summarise(models, seed=0, judge=JUDGE).values())


def test_the_gold_score_is_the_share_of_the_way_to_the_retain_model() -> None:
    models = records(Stage.VANILLA, 10.0, 10.0) + records(Stage.UNLEARNED, 4.0, 10.0) + records(Stage.RETAIN, 0.0, 10.0)
    found = summarise(models, seed=0, judge=JUDGE)
    # Distances over the six cells: vanilla 2 × 1.0 / 6, unlearned 2 × 0.4 / 6.
    assert found[Stage.VANILLA].aggregates["gold_distance"].value == pytest.approx(1 / 3)
    assert found[Stage.UNLEARNED].aggregates["gold_distance"].value == pytest.approx(0.4 / 3)
    scores = {stage: found[stage].aggregates["gold_score"].value for stage in found}
    assert scores == pytest.approx({Stage.VANILLA: 0.0, Stage.UNLEARNED: 0.6, Stage.RETAIN: 1.0})


def test_the_same_seed_gives_the_same_intervals_in_any_order() -> None:
    models = records(Stage.UNLEARNED, 2.0, 9.0, people=5)
    assert summarise(models, seed=3, judge=JUDGE) == summarise(models[::-1], seed=3, judge=JUDGE)


def test_where_there_are_several_domains_each_has_a_cell_beside_the_one_over_all() -> None:
    found = summarise(
        [
            make_record(Part.FORGET, Task.IMAGE_MEMORY, {"fact": value}, subject=subject, domain=domain)
            for subject, domain, value in (("p0", None, 2.0), ("p0", "fundus", 6.0), ("p1", None, 4.0))
        ],
        seed=0,
        judge=JUDGE,
    )
    cells = found[Stage.UNLEARNED].cells
    assert {name: (cell.value, cell.n) for name, cell in cells.items() if name.endswith("fact")} == {
        CELL: (4.0, 3),
        "forget.image_memory.portrait.fact": (3.0, 2),
        "forget.image_memory.fundus.fact": (6.0, 1),
    }


@pytest.mark.parametrize("domain", [None, "fundus"])
def test_one_domain_alone_has_no_cell_of_its_own(domain: str | None) -> None:
    answers = [make_record(Part.UNSEEN, Task.IMAGE_UNDERSTANDING, {"fact": 8.0}, domain=domain)]
    (found,) = summarise(answers, seed=0, judge=JUDGE).values()
    assert [name for name in found.cells if name.endswith("fact")] == ["unseen.image_understanding.fact"]


def test_cells_by_domain_change_no_aggregate() -> None:
    def aggregates(domain: str | None) -> dict[str, float | None]:
        answers = [
            record.model_copy(update={"question": record.question.model_copy(update={"domain": domain})})
            if record.question.subject.endswith("1")
            else record
            for record in records(Stage.UNLEARNED, 3.0, 9.0)
        ]
        (found,) = summarise(answers, seed=0, judge=JUDGE).values()
        return {name: measure.value for name, measure in found.aggregates.items()}

    assert aggregates("fundus") == aggregates(None)
