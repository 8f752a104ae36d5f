"""Whatever is typed or found on the disk: one line on what is wrong, the right exit code, nothing half-written."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import broken_methods
from helpers.console import Console, Ended
from helpers.finished_run import PEOPLE, RUN, Finished
from helpers.people_file import change, replace_line, write_people
from helpers.results_factory import make_result
from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.adapter.files import load_adapter, save_adapter
from smfa_bench.results.result import SCHEMA_VERSION
from smfa_bench.results.store import write_result

FAILED, USAGE, PREREQUISITE = 1, 2, 3


def refused(console: Console, ended: Ended, code: int, *words: str) -> None:
    """Assert that a command ended with this code, these words in its one error line, and no result written."""
    assert ended.code == code, ended.stderr
    assert [word for word in words if word not in ended.error] == []
    assert ended.stderr.endswith(f"{ended.error}\n")
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    assert not any(console.runs.glob("*/result.json"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--method smfaa", ["unknown method 'smfaa'", "Did you mean 'smfa'?"]),
        ("--method ./absent.py:Method", ["there is no Python file ./absent.py"]),
        ("--method absent.module:Method", ["No module named 'absent'"]),
        ("--method json:JSONDecoder", ["is not a method", "derived from"]),
        ("--model tinny", ["unknown model 'tinny'", "Did you mean 'tiny'?"]),
        ("--profiles fictionnal", ["unknown profile source", "Did you mean 'fictional'?"]),
        ("--judge offlin", ["unknown judge 'offlin'", "Did you mean 'offline'?"]),
        ("--few-shot-sampling stratifed", ["few_shot_sampling", "'random' or 'stratified'"]),
        ("--set rang=3", ["unknown option of smfa 'rang'", "Did you mean 'rank'?"]),
        ("--set k", ["'k' is not of the form key=value"]),
        ("--set k=1 --set k=2", ["option 'k' is given twice"]),
        ("--set k=-1", ["k: Input should be greater than or equal to 0"]),
        ("--set k=nan", ["k: "]),
        ("--set k=many", ["k: Input should be a valid number"]),
        ("--set k_text=2", ["k_text needs adapters = 2"]),
        ("--set learning_rate=0", ["learning_rate: Input should be greater than 0"]),
        ("--forget-ratio 0", ["forget ratio 0.0 is out of range", "at most 0.5"]),
        ("--forget-ratio 1", ["forget ratio 1.0 is out of range"]),
        ("--forget-ratio -0.1", ["forget ratio -0.1 is out of range"]),
        ("--forget-ratio nan", ["forget_ratio: Input should be a finite number"]),
        ("--forget-ratio 0.0001", ["forgets nobody", "choose for example 0.3333"]),
        ("--few-shot 0", ["a few-shot set of 0 does not fit", "choose 1 to 1 profiles"]),
        ("--few-shot 2", ["a few-shot set of 2 does not fit"]),
        ("--few-shot -1", ["a few-shot set of -1 does not fit"]),
        ("--size 1", ["size: Input should be greater than or equal to 3"]),
        ("--size 0", ["size: "]),
        ("--size 1000000000", ["can't make 1000000000 people"]),
        ("--seed -1", ["seed: Input should be greater than or equal to 0"]),
    ],
)
def test_a_run_that_makes_no_sense_is_refused(console: Console, arguments: str, words: list[str]) -> None:
    refused(console, console.here(*RUN, *arguments.split()), USAGE, *words)
    assert not console.runs.exists()


def test_a_model_that_can_not_be_had_is_a_missing_prerequisite(console: Console) -> None:
    ended = console.here(*RUN, "--model", "nobody/nothing")
    refused(console, ended, PREREQUISITE, "can't find model nobody/nothing")


@pytest.mark.parametrize(
    "arguments",
    ["runn", "run", "run --methods smfa", "run --method smfa --size many", "run --method smfa --display loud"],
)
def test_what_can_not_be_parsed_is_a_usage_error(console: Console, arguments: str) -> None:
    ended = console.here(*arguments.split())
    assert (ended.code, ended.stdout) == (USAGE, "")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda file: change(file, 2, lambda record: record.update(drawing={"x": float("nan")})), "holds NaN"),
        (lambda file: change(file, 2, lambda record: record.update(name="Mara \ud800")), "half of a surrogate pair"),
        (lambda file: replace_line(file, 2, b'{"id": "p1", "na'), "is not JSON"),
        (lambda file: change(file, 2, lambda record: record.update(picture="../p1")), "is not a plain name"),
        (lambda file: change(file, 2, lambda record: record.update(facts=7)), "facts: 7 is not of type 'array'"),
    ],
    ids=["NaN", "a lone surrogate", "a cut line", "a way out of the folder", "a wrong type"],
)
def test_a_malformed_line_of_people_is_told_by_its_number(
    tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(write_people(tmp_path))
    ended = Console(tmp_path)("profiles", "validate", "my.jsonl")
    assert ended.code == USAGE, ended.stderr
    assert words in ended.stdout
    assert [fault for fault in ended.stdout.splitlines() if not fault.startswith("my.jsonl:2: ")] == []
    assert "mend what is listed" in ended.error
    assert ended.stderr == f"{ended.error}\n"


@pytest.mark.parametrize("command", ["score", "compare", "resculpt --k 1"])
def test_an_unknown_run_is_named(console: Console, command: str) -> None:
    refused(console, console.here(*command.split(), "smfa-forget05"), USAGE, "unknown run 'smfa-forget05'")


@pytest.mark.parametrize(("k", "words"), [("-1", "at least 0"), ("nan", "at least 0")])
def test_a_k_that_is_none_is_refused(finished: Finished, console: Console, k: str, words: str) -> None:
    ended = console.here("resculpt", str(finished.folder), "--k", k)
    refused(console, ended, USAGE, words)


def test_only_runs_of_smfa_are_resculpted(console: Console, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    write_result(folder, make_result("faultless"))
    save_adapter(LoraAdapter("0" * 16, {}), folder / "adapter")
    refused(console, console.here("resculpt", "other", "--k", "1"), USAGE, "only runs of SMFA")


@pytest.mark.parametrize("place", ["/dev/null/runs", "/proc/runs", "a file"])
def test_runs_that_can_not_be_written_are_told_before_anything_slow(console: Console, place: str) -> None:
    (console.folder / "a file").write_text("")
    ended = console.here(*RUN, "--runs-dir", place)
    refused(console, ended, FAILED, f"can't write {place}", "choose another folder")
    assert "steps" not in ended.stderr


def test_a_cache_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    console = Console(tmp_path, Path("/dev/null/cache"))
    refused(console, console.here(*RUN), FAILED, "can't write /dev/null/cache")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Raises", ["failed with RuntimeError: out of luck"]),
        ("ReturnsNoAdapter", ["returned a dict", "must return an Adapter"]),
        ("IsNotFinite", ["not finite"]),
        ("ChangesTheDecoder", ["changed the vanilla weights"]),
        ("ChangesTheVisionTower", ["changed the vanilla weights"]),
        ("IsMadeForAnotherModel", ["the adapter was made for model 0000"]),
        ("ChangesTheHead", ["lm_head"]),
        ("HasAnotherShape", ["shape"]),
    ],
)
def test_a_method_that_breaks_its_contract_fails_the_run(console: Console, name: str, words: list[str]) -> None:
    method = f"{broken_methods.__file__}:{name}"
    ended = console.here("run", "--method", method, *PEOPLE)
    refused(console, ended, FAILED, *words)


def test_a_method_mended_in_its_file_is_run_anew(console: Console) -> None:
    file = console.folder / "mine.py"
    command = ("run", "--method", "./mine.py:Mine", *PEOPLE)
    file.write_text("from smfa_bench import Method\n\nclass Mine(Method):\n    def unlearn(self, *_, **__): ...\n")
    refused(console, console.here(*command), FAILED, "returned a NoneType", "must return an Adapter")
    for mended in ("IsNotFinite", "Faultless"):
        file.write_text(f"from helpers.broken_methods import {mended} as Mine\n")
        ended = console.here(*command)
    assert ended.code == 0
    assert len(list(console.runs.glob("*/result.json"))) == 1


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    """Cut a file off in its middle."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize(
    ("command", "name", "words"),
    [
        ("score", "result.json", ["is not JSON"]),
        ("compare", "result.json", ["is not JSON"]),
        ("score", "answers.jsonl", ["answers.jsonl is damaged at line"]),
        ("resculpt --k 1", "adapter/adapter.safetensors", ["was changed after it was written"]),
        ("resculpt --k 1", "adapter/adapter.json", ["was changed after it was written"]),
    ],
)
def test_a_truncated_file_of_a_run_is_told(
    finished: Finished, console: Console, command: str, name: str, words: list[str]
) -> None:
    folder = finished.copied_to(console)
    truncate(folder / name)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ended = console.here(*command.split(), folder.name)
    assert ended.code == FAILED
    assert [word for word in words if word not in ended.error] == []
    assert {path: path.read_bytes() for path in before} == before


def test_answers_that_lost_whole_lines_are_not_scored(finished: Finished, console: Console) -> None:
    folder = finished.copied_to(console)
    answers = folder / "answers.jsonl"
    answers.write_bytes(b"".join(answers.read_bytes().splitlines(keepends=True)[:-1]))
    ended = console.here("score", folder.name)
    assert ended.code == FAILED
    assert "answers.jsonl" in ended.error
    assert (folder / "result.json").read_bytes() == (finished.folder / "result.json").read_bytes()


@pytest.mark.parametrize("command", [("score",), ("compare",), ("resculpt", "--k", "1"), RUN])
def test_a_result_of_a_newer_release_is_left_alone(
    finished: Finished, console: Console, command: tuple[str, ...]
) -> None:
    path = finished.copied_to(console) / "result.json"
    path.write_text(json.dumps(finished.result | {"schema_version": SCHEMA_VERSION + 1, "novelty": True}))
    before = path.read_bytes()
    ended = console.here(*command, *([] if command == RUN else [path.parent.name]))
    assert ended.code == PREREQUISITE
    assert "upgrade smfa-bench" in ended.error
    assert path.read_bytes() == before


def test_a_damaged_result_and_adapter_are_made_again(
    finished: Finished, console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    folder = finished.copied_to(console)
    truncate(folder / "result.json")
    flip(folder / "adapter" / "adapter.safetensors")
    ended = console.here(*RUN)
    assert ended.code == 0
    for name in ("result.json", "adapter.safetensors"):
        assert [line for line in caplog.messages if name in line and "Making it again" in line] != []
    assert ended.stdout == finished.ended.stdout
    assert json.loads((folder / "result.json").read_text())["judged"] == finished.result["judged"]


def test_an_adapter_of_another_model_is_refused(finished: Finished, console: Console) -> None:
    folder = finished.copied_to(console)
    (folder / "result.json").unlink()
    adapter = load_adapter(folder / "adapter")
    adapter.model_fingerprint = "0" * 16
    save_adapter(adapter, folder / "adapter")
    refused(console, console.here(*RUN), FAILED, "the adapter was made for model 0000")


def test_damaged_answers_in_the_cache_are_made_again(
    finished: Finished, copied_cache: Console, caplog: pytest.LogCaptureFixture
) -> None:
    paths = sorted(copied_cache.cache.glob("answers/*/answers.jsonl"))
    assert len(paths) == 2  # the base model's and the vanilla model's
    whole = [path.read_bytes() for path in paths]
    for path in paths:
        flip(path)
    ended = copied_cache.here(*RUN)
    assert (ended.code, ended.stdout) == (0, finished.ended.stdout)
    assert caplog.text.count("answers.jsonl was changed after it was written") == len(paths)
    assert "asking the base model" in ended.stderr
    assert "asking the vanilla model" in ended.stderr
    assert "teaching" not in ended.stderr
    assert [path.read_bytes() for path in paths] == whole


def test_a_damaged_model_in_the_cache_is_taught_again(copied_cache: Console) -> None:
    (path,) = copied_cache.cache.glob("taught/*/model.safetensors")
    flip(path)
    ended = copied_cache.stopped(*RUN, when=lambda stderr: "teaching" in stderr, by=signal.SIGKILL)
    assert "model.safetensors was changed after it was written" in ended.stderr
    assert "asking" not in ended.stderr
