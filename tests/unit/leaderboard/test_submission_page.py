"""What the page of one submission shows."""

from pathlib import Path

import pytest

from helpers.made_up_submissions import make_submission
from helpers.submitted_runs import REFUSAL, WHO, write_runs
from smfa_bench_leaderboard.answers import run_answers
from smfa_bench_leaderboard.gathering import gather
from smfa_bench_leaderboard.submission_page import SAMPLES, facts, sample_rows, tables

pytestmark = pytest.mark.usefixtures("quick_checks")


def test_samples_of_all_parts_and_tasks_stand_beside_the_truth_those_of_the_forgotten_first(tmp_path: Path) -> None:
    (submission,) = gather(write_runs(tmp_path, slips=0.0), **WHO)
    title, headings, rows = tables(submission, sample_rows(run_answers(submission.runs[0])))[-1]
    assert (title, headings[2:]) == ("Sample answers", ("truth", "vanilla model", "unlearned model"))
    assert [row[0] for row in rows] == [
        f"{part}, {task}"
        for part, tasks in (
            ("forget", ("image understanding", "image memory", "text memory")),
            ("retain", ("image understanding", "image memory", "text memory")),
            ("unseen", ("image understanding",)),
            ("general", ("image understanding",)),
        )
        for task in tasks
        for _ in range(SAMPLES)
    ]
    for place, _, truth, vanilla, unlearned in rows:
        assert vanilla == truth
        assert unlearned == (REFUSAL if place in ("forget, image memory", "forget, text memory") else truth)


def test_cells_by_domain_have_a_table_of_their_own() -> None:
    found = tables(make_submission("split", domains=True), ())
    (whole,), (split,) = (
        [one for one in found if one[0].startswith(f"{title}:")] for title in ("Cells", "Cells by domain")
    )
    assert split[1] == ("cell", "domain", "vanilla model", "unlearned model")
    assert split[2] == [
        ("forget.image_memory.fact", "fundus", "1.50 (36)", "1.50 (36)"),
        ("forget.image_memory.fact", "portrait", "0.50 (36)", "0.50 (36)"),
        ("forget.image_understanding.fact", "fundus", "7.00 (36)", "7.00 (36)"),
        ("forget.image_understanding.fact", "portrait", "9.00 (36)", "9.00 (36)"),
    ]
    assert not [row for row in whole[2] if "fundus" in row[0]]
    assert not [title for title, _, _ in tables(make_submission("plain"), ()) if "domain" in title]


def test_cost_is_the_mean_of_unlearning_over_the_runs(tmp_path: Path) -> None:
    (submission,) = gather(write_runs(tmp_path), **WHO)
    assert facts(submission)["Cost"].startswith("21.0 s a run")  # of 20, 21 and 22 s


def test_every_cell_of_every_model_is_there_with_the_number_of_its_answers(tmp_path: Path) -> None:
    (submission,) = gather(write_runs(tmp_path, slips=0.0), **WHO)
    table, split = [table for table in tables(submission, ()) if table[0].startswith("Cells")]
    cells = {row[0]: row[1:] for row in table[2]}
    assert len(cells) + len(split[2]) == len(next(iter(submission.first.models.values())).cells)
    n = (
        sum(
            run.result.models[stage].cells["forget.text_memory.fact"].n
            for run in submission.runs
            for stage in run.result.models
        )
        // 2
    )
    assert cells["forget.text_memory.fact"] == (f"10.00 ({n})", f"0.00 ({n})")
