"""Every check of a submission."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers.submitted_runs import REFUSAL, WHO, write_runs
from helpers.tampering import TAMPERINGS
from smfa_bench.errors import UsageError
from smfa_bench.progress import Silent
from smfa_bench.results.answer import AnswerRecord, Stage
from smfa_bench.results.result import RunResult
from smfa_bench_leaderboard import document, remembered, validation
from smfa_bench_leaderboard.answers import run_answers
from smfa_bench_leaderboard.asked import asked_again
from smfa_bench_leaderboard.gathering import gather
from smfa_bench_leaderboard.packing import pack_answers
from smfa_bench_leaderboard.remembered import Said
from smfa_bench_leaderboard.submission import Submission
from smfa_bench_leaderboard.validation import MOST_FAULTS, Checked, check_document, check_files
from smfa_bench_leaderboard.verification import number_faults

pytestmark = pytest.mark.usefixtures("quick_checks")


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    (submission,) = gather(write_runs(tmp_path_factory.mktemp("runs")), **WHO)
    return submission


def written(folder: Path, submission: Submission, tampered: Any = None) -> Path:
    path = folder / f"{submission.key}.json"
    text = submission.model_dump_json() if tampered is None else json.dumps(tampered)
    path.write_text(text, encoding="utf-8")
    return path


def check(path: Path) -> Checked:
    (checked,) = check_files([path], progress=Silent())
    return checked


def test_a_genuine_submission_passes(genuine: Submission, tmp_path: Path) -> None:
    checked = check(written(tmp_path, genuine))
    assert checked.faults == ()
    assert checked.submission == genuine


def test_a_submission_that_passed_is_not_scored_again_until_it_or_the_code_changes(
    genuine: Submission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored: list[str] = []

    def counted(result: RunResult, records: Sequence[AnswerRecord]) -> Iterator[str]:
        scored.append(result.run_id)
        return number_faults(result, records)

    monkeypatch.setattr(validation, "number_faults", counted)
    path = written(tmp_path, genuine)
    first, again = check(path), check(path)
    assert first == again
    assert first.samples
    assert len(scored) == len(genuine.runs)
    path.write_text(genuine.model_dump_json(indent=1), encoding="utf-8")
    assert check(path) == first
    assert len(scored) == 2 * len(genuine.runs)
    monkeypatch.setattr(remembered, "_code", lambda: "other code")
    check(path)
    assert len(scored) == 3 * len(genuine.runs)


def test_a_submission_that_passed_does_not_pass_under_another_name(genuine: Submission, tmp_path: Path) -> None:
    path = written(tmp_path, genuine)
    assert check(path).faults == ()
    assert check(path.rename(tmp_path / "best.json")).faults == (f"must be called {genuine.key}.json.",)


def test_faults_are_found_anew_each_time(genuine: Submission, tmp_path: Path) -> None:
    path = written(tmp_path, genuine, json.loads(genuine.model_dump_json()) | {"contact": "nobody"})
    assert check(path).faults == check(path).faults != ()
    assert not list((tmp_path / "cache" / "verified").glob("*"))


def test_there_are_forty_tamperings_or_more() -> None:
    assert len(TAMPERINGS) >= 40


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampered_submission_is_caught_for_what_was_done(genuine: Submission, tmp_path: Path, name: str) -> None:
    tamper, why = TAMPERINGS[name]
    content = json.loads(genuine.model_dump_json())
    tamper(content)
    faults = check(written(tmp_path, genuine, content)).faults
    assert any(why in fault for fault in faults), faults
    assert all(fault.isprintable() for fault in faults), faults


def test_a_retain_model_and_its_gold_score_are_verified_too(tmp_path: Path) -> None:
    (submission,) = gather(write_runs(tmp_path / "runs", retain=True), **WHO)
    content = json.loads(submission.model_dump_json())
    assert check_document(content)[1] == ()
    content["runs"][0]["result"]["judged"]["offline-2"]["models"]["unlearned"]["aggregates"]["gold_score"]["value"] = (
        1.0
    )
    assert any("gold_score: claimed 1" in fault for fault in check_document(content)[1])


def with_answers(submission: Submission, of: Stage, change: Callable[[AnswerRecord], str]) -> list[str]:
    """Return the faults of the first run when a model's answers are changed and all its numbers are left."""
    run = submission.runs[0]
    records = [one.model_copy(update={"answer": change(one)}) if one.model is of else one for one in run_answers(run)]
    packed = pack_answers(records, asked_again(run.result, answers=len(records)))
    runs = (run.model_copy(update={"answers": packed}), *submission.runs[1:])
    return list(check_document(json.loads(submission.model_copy(update={"runs": runs}).model_dump_json()))[1])


@pytest.fixture(scope="module")
def with_references(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    (submission,) = gather(write_runs(tmp_path_factory.mktemp("runs"), retain=True, base=True), **WHO)
    assert check_document(json.loads(submission.model_dump_json()))[1] == ()
    return submission


@pytest.mark.parametrize("stage", [Stage.BASE, Stage.RETAIN])
def test_a_model_that_was_not_taught_the_forgotten_must_not_know_them(
    with_references: Submission, stage: Stage
) -> None:
    faults = with_answers(with_references, stage, lambda one: one.question.answer)
    assert any(f"the {stage} model was not taught the forget set" in fault for fault in faults), faults


def test_a_retain_model_must_know_the_people_that_it_was_taught(with_references: Submission) -> None:
    faults = with_answers(with_references, Stage.RETAIN, lambda _: REFUSAL)
    assert any("the retain model's Fact score" in fault for fault in faults), faults


def test_probabilities_that_are_a_little_off_make_no_other_answers(genuine: Submission, tmp_path: Path) -> None:
    nudged = []
    for run in genuine.runs:
        answered = run_answers(run)
        records = [one.model_copy(update={"probability": (one.probability or 0.0) + 1e-4}) for one in answered]
        packed = pack_answers(records, asked_again(run.result, answers=len(records)))
        nudged.append(run.model_copy(update={"answers": packed}))
    other = genuine.model_copy(update={"name": "Another name", "runs": tuple(nudged)})
    for checked in check_files([written(tmp_path, genuine), written(tmp_path, other)], progress=Silent()):
        assert any("holds the answers of" in fault for fault in checked.faults), checked.faults


def test_one_copied_run_among_others_is_a_duplicate_but_texts_that_agree_in_one_seed_are_none() -> None:
    def checked(name: str, *said: Said) -> Checked:
        return Checked(Path(name), None, (), said)

    one = checked("one", Said("a", "a1"), Said("b", "b1"), Said("c", "c1"))
    assert validation._same(one, checked("copy of a run", Said("a", "a1"), Said("x", "x1"), Said("y", "y1")))
    assert validation._same(one, checked("nudged", Said("a", "a2"), Said("b", "b2"), Said("c", "c2")))
    assert not validation._same(one, checked("agrees once", Said("a", "a2"), Said("x", "x1"), Said("y", "y1")))
    assert not validation._same(checked("no submission"), checked("another"))


def test_a_file_under_two_spellings_is_one(
    genuine: Submission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, genuine)
    monkeypatch.chdir(tmp_path)
    (checked,) = check_files([path, Path(path.name), Path()], progress=Silent())
    assert checked.faults == ()


def test_files_in_folders_of_a_folder_are_not_overlooked(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for place in (tmp_path / "inner" / "x.json", tmp_path / "y.JSON"):
        place.write_text("{}")
    assert len(check_files([tmp_path], progress=Silent())) == 2


def test_all_faults_of_form_are_told_at_once(genuine: Submission) -> None:
    content = json.loads(genuine.model_dump_json())
    del content["contact"], content["runs"][1]["answers"]
    content["runs"][2]["result"]["peak_memory_mib"] = "much"
    faults = check_document(content)[1]
    assert len(faults) == 3, faults


def test_a_flood_of_faults_is_cut_off_and_counted(genuine: Submission) -> None:
    content = json.loads(genuine.model_dump_json()) | {f"key {i}": i for i in range(3)}
    content["runs"][0]["result"]["curves"] = {"forgetting": ["x"] * 100}
    faults = check_document(content)[1]
    assert len(faults) == MOST_FAULTS + 1
    assert "more faults" in faults[-1]


def test_one_submission_under_two_names_is_a_duplicate(genuine: Submission, tmp_path: Path) -> None:
    first = written(tmp_path, genuine)
    second = written(tmp_path, genuine.model_copy(update={"name": "Another name"}))
    for checked, other in zip(check_files([first, second], progress=Silent()), (second, first), strict=True):
        assert any(f"holds the answers of {other.name}" in fault for fault in checked.faults)


def test_a_file_must_bear_the_name_that_follows_from_its_content(genuine: Submission, tmp_path: Path) -> None:
    path = written(tmp_path, genuine).rename(tmp_path / "best.json")
    assert check(path).faults == (f"must be called {genuine.key}.json.",)


def test_a_link_to_a_file_elsewhere_is_not_followed(genuine: Submission, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / f"{genuine.key}.json"
    link.symlink_to(written(tmp_path / "elsewhere", genuine))
    assert "no plain file" in check(link).faults[0]


def test_a_large_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_FILE_BYTES", 10)
    path = tmp_path / "large.json"
    path.write_text("this would be no JSON")
    assert check(path).faults == ("has 21 bytes; a submission has at most 10.",)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"[" * 200_000, "deep", id="nothing but brackets"),
        pytest.param(b'{"name": 1, "name": 2}', "key twice", id="a key twice"),
        pytest.param(b'{"name": 1e999}', "too large", id="a number too large"),
        pytest.param(b'{"name": "\xff"}', "UTF-8", id="no UTF-8"),
        pytest.param(b'{"name": ', "strict JSON", id="cut short"),
        pytest.param(b"[]", "schema_version", id="a list"),
        pytest.param(b'{"schema_version": 3}', "required", id="an empty object"),
        pytest.param(b'{"schema_version": 3, "name": "\\ud800"}', "U+D800", id="half a character"),
    ],
)
def test_what_is_no_submission_is_refused_with_its_reason(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    faults = check(path).faults
    assert any(why in fault for fault in faults), faults


def test_a_folder_may_be_empty_but_a_path_must_be_there(tmp_path: Path) -> None:
    assert check_files([tmp_path], progress=Silent()) == []
    with pytest.raises(UsageError, match="there is no"):
        check_files([tmp_path / "nowhere"], progress=Silent())


def test_checking_and_building_need_no_torch() -> None:
    code = "import sys, smfa_bench_leaderboard.validation, smfa_bench_leaderboard.site; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
