"""From run folders to submissions."""

from pathlib import Path
from typing import Any

import pytest

from helpers.results_factory import make_result
from helpers.submitted_runs import WHO, make_run, write_run, write_runs
from smfa_bench.errors import DamagedFileError, UsageError
from smfa_bench.results.answer import read_answers, write_answers
from smfa_bench.results.result import RunResult
from smfa_bench.results.store import ANSWERS, read_result, write_result
from smfa_bench_leaderboard.answers import run_answers
from smfa_bench_leaderboard.gathering import gather
from smfa_bench_leaderboard.packing import DIGITS
from smfa_bench_leaderboard.submission import Submission, subject

pytestmark = pytest.mark.usefixtures("quick_checks")


def test_three_seeds_make_one_submission_in_the_order_of_the_seeds(tmp_path: Path) -> None:
    (submission,) = gather(write_runs(tmp_path, (2, 0, 1)), **WHO)
    assert [run.result.config.seed for run in submission.runs] == [0, 1, 2]
    assert Submission.model_validate_json(submission.model_dump_json()) == submission


def test_every_answer_goes_with_a_submission(tmp_path: Path) -> None:
    (submission,) = gather(write_runs(tmp_path), **WHO)
    _, records = make_run(0, "made-up", 0.1, retain=False)
    unpacked = run_answers(submission.runs[0])
    bare = {
        (one.model, one.question.id): one.model_copy(
            update={"scores": {}, "verdicts": {}, "probability": round(one.probability or 0, DIGITS)}
        )
        for one in records
    }
    assert {(one.model, one.question.id): one for one in unpacked} == bare


def test_each_method_has_a_submission_and_a_file_of_its_own(tmp_path: Path) -> None:
    runs = [*write_runs(tmp_path), *write_runs(tmp_path, method="other")]
    submissions = gather(runs, **WHO)
    assert [submission.first.config.method for submission in submissions] == ["made-up", "other"]
    assert len({submission.key for submission in submissions}) == 2


@pytest.mark.parametrize("seeds", [(0,), (0, 1)])
def test_fewer_than_three_seeds_are_refused_by_what_is_there(tmp_path: Path, seeds: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match=rf"made-up on tiny, forget40 has {len(seeds)} of the 3 seeds"):
        gather(write_runs(tmp_path, seeds), **WHO)


def test_one_seed_three_times_is_refused(tmp_path: Path) -> None:
    runs = [write_run(tmp_path / str(copy), 0) for copy in range(3)]
    with pytest.raises(UsageError, match=r"a seed twice \(0, 0, 0\)"):
        gather(runs, **WHO)


def test_runs_with_other_options_do_not_fill_up_the_seeds(tmp_path: Path) -> None:
    runs = [*write_runs(tmp_path, (0, 1)), write_run(tmp_path, 2, method="other")]
    with pytest.raises(UsageError, match="2 of the 3 seeds"):
        gather(runs, **WHO)


def test_what_sets_the_runs_apart_is_told(tmp_path: Path) -> None:
    runs = [*write_runs(tmp_path / "few", (0, 1)), *write_runs(tmp_path / "many", (2, 3, 4))]
    for folder in runs[2:]:
        result = read_result(folder)
        options = {**result.method_config, "k": 5.0}
        write_result(folder, result.model_copy(update={"method_config": options}))
    with pytest.raises(UsageError, match=r"differ in options\.k \(2\.5 here, 5\.0 there\)\.$"):
        gather(runs, **WHO)


def test_runs_of_another_method_are_not_held_against_it(tmp_path: Path) -> None:
    runs = [*write_runs(tmp_path, (0, 1)), *write_runs(tmp_path, method="other")]
    with pytest.raises(UsageError, match=r"another --seed\.$"):
        gather(runs, **WHO)


def test_a_run_whose_answers_are_cut_short_is_refused(tmp_path: Path) -> None:
    runs = write_runs(tmp_path)
    path = runs[1] / ANSWERS
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(DamagedFileError, match="the run made"):
        gather(runs, **WHO)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"data_fingerprint": "f" * 16}, "made-up-forget40-seed2 can't be submitted: the data fingerprint is not that"),
        ({"config": {"profiles": "./my.jsonl"}, "data": {"source": "file"}}, "'file' is not installed"),
    ],
)
def test_people_that_nobody_can_make_again_are_refused(tmp_path: Path, change: dict[str, Any], why: str) -> None:
    runs = write_runs(tmp_path)
    document = read_result(runs[2]).model_dump(mode="json")
    for name, value in change.items():
        document[name] = {**document[name], **value} if isinstance(value, dict) else value
    write_result(runs[2], RunResult.model_validate(document))
    with pytest.raises(UsageError, match=why):
        gather(runs, **WHO)


def test_answers_to_other_questions_than_the_data_gives_are_refused(tmp_path: Path) -> None:
    runs = write_runs(tmp_path)
    first, *others = read_answers(runs[0] / ANSWERS)
    easier = first.question.model_copy(update={"text": "Is she Mara?"})
    write_answers(runs[0] / ANSWERS, [first.model_copy(update={"question": easier}), *others])
    with pytest.raises(UsageError, match="not one of each model to each question"):
        gather(runs, **WHO)


def test_where_the_model_lay_on_the_machine_is_not_told(tmp_path: Path) -> None:
    (submission,) = gather(write_runs(tmp_path), **WHO)
    assert "/home/ada" not in submission.model_dump_json()
    assert submission.first.model.source == "weights"


def test_the_seed_alone_makes_no_other_subject() -> None:
    results = [make_run(seed, "made-up", 0.1, retain=False)[0] for seed in (0, 1)]
    assert len({subject(result) for result in results}) == 1
    assert subject(results[0].model_copy(update={"method_config": {"k": 5.0}})) != subject(results[0])


def test_what_a_server_answered_is_refused(tmp_path: Path) -> None:
    runs = write_runs(tmp_path)
    result = read_result(runs[2])
    write_result(runs[2], result.model_copy(update={"served": "lora"}))
    with pytest.raises(UsageError, match="was answered by a server"):
        gather(runs, **WHO)


def test_runs_of_other_code_are_no_runs_of_one_submission() -> None:
    plain, mine, edited = (
        make_result("mine").model_copy(update={"method_code": code}) for code in (None, "aaaa", "bbbb")
    )
    assert len({subject(plain), subject(mine), subject(edited)}) == 3
