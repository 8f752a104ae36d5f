"""Runs: what is done is never done again, what was killed goes on, and a method that cheats is told."""

import json
import logging
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from helpers.people_file import change, write_people
from helpers.steady_method import Steady, steady_adapter
from smfa_bench.adapter.adapter import Adapter
from smfa_bench.data import knowledge
from smfa_bench.data.knowledge import Knowledge, knowledge_questions
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.errors import BenchError, DamagedFileError, PrerequisiteError, UsageError
from smfa_bench.models.spec import ModelSpec
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.progress import Progress, Silent
from smfa_bench.registry import METHODS, MODELS
from smfa_bench.results.answer import Part, Stage, read_answers
from smfa_bench.results.result import RunConfig, RunResult
from smfa_bench.results.store import read_result, read_run
from smfa_bench.runner import references
from smfa_bench.runner.rescoring import rescore
from smfa_bench.runner.stages import run
from smfa_bench.training.teach import teach

Start = Callable[..., RunResult]
RUN_V1 = Path(__file__).parents[3] / "fixtures" / "run-v1"


class KilledAt(Silent):
    """Interrupts a stage when some of its steps are done."""

    def __init__(self, stage: str, *, steps: int) -> None:
        self.wanted, self.steps, self.reached = stage, steps, False

    def stage(self, title: str, total: int) -> None:  # noqa: ARG002
        self.reached = title == self.wanted
        self.advance(0)

    def advance(self, steps: int = 1, note: str = "") -> None:  # noqa: ARG002
        if self.reached:
            self.steps -= steps
            if self.steps <= 0:
                raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> list[UnlearnData]:
    """What the method was shown in each of its unlearnings."""
    monkeypatch.setattr(Steady, "shown", [])
    return Steady.shown


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The people of each teaching."""
    found: list[set[str]] = []

    def counted(vlm: VisionLanguageModel, samples: Sequence[Sample], *others: Any, **rest: Any) -> list[float]:
        found.append({sample.question.subject for sample in samples})
        return teach(vlm, samples, *others, **rest)

    monkeypatch.setattr(references, "teach", counted)
    return found


@pytest.fixture
def start(small_model_name: str, tmp_path: Path, cache: Path) -> Start:
    """Run `Steady` on five people of whom one is forgotten and one may be seen."""

    def begin(*, progress: Progress | None = None, adapter: Adapter | None = None, **changes: Any) -> RunResult:
        asked = {
            "method": "helpers.steady_method:Steady",
            "model": small_model_name,
            "profiles": "helpers.people:five_people",
            "size": 5,
            "forget_ratio": 0.2,
            "few_shot": 1,
        }
        config = RunConfig.model_validate(asked | changes)
        return run(config, runs_dir=tmp_path / "runs", cache=cache, progress=progress or Silent(), adapter=adapter)

    return begin


def folder_of(result: RunResult, tmp_path: Path) -> Path:
    return tmp_path / "runs" / result.run_id


def test_a_run_measures_every_model_on_everybody_but_the_few_shot_people(
    start: Start, tmp_path: Path, shown: list[UnlearnData]
) -> None:
    result = start()
    folder = folder_of(result, tmp_path)
    assert read_result(folder) == result
    assert {path.name for path in folder.iterdir() if path.name != ".lock"} == {
        "adapter",
        "answers.jsonl",
        "result.json",
    }
    records = read_answers(folder / "answers.jsonl")
    for stage in (Stage.BASE, Stage.VANILLA, Stage.UNLEARNED):
        parts = {record.question.subject: record.part for record in records if record.model is stage}
        assert parts == {
            **dict.fromkeys(result.split.forget, Part.FORGET),
            **dict.fromkeys(result.split.retain, Part.RETAIN),
            "u0": Part.UNSEEN,
            "g0": Part.GENERAL,
        }
    assert all({"probability", "rouge_l"} <= set(record.scores) for record in records)
    assert all(set(record.verdicts) == {"offline-2"} for record in records)
    (data,) = shown
    assert {sample.question.subject for sample in data.forget} == set(result.split.forget)
    assert {sample.question.subject for sample in data.few_shot} == set(result.split.few_shot)


def test_a_finished_run_is_shown_again_and_not_done_again(
    start: Start, shown: list[UnlearnData], taught: list[set[str]]
) -> None:
    assert start() == start()
    assert len(shown) == len(taught) == 1


def test_runs_of_one_model_share_its_teaching_and_its_answers(
    start: Start, shown: list[UnlearnData], taught: list[set[str]]
) -> None:
    first, second = start(), start(options={"strength": "0.2"})
    assert first.run_id != second.run_id
    assert (len(taught), len(shown)) == (1, 2)
    assert "teaching the vanilla model" in first.seconds
    assert set(second.seconds) == {"unlearning", "answers of the unlearned model", "scoring"}
    assert first.models[Stage.VANILLA] == second.models[Stage.VANILLA]


@pytest.mark.parametrize("form", Knowledge)
def test_general_knowledge_is_asked_of_every_model_and_changes_no_other_answer(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Knowledge
) -> None:
    few = knowledge_questions(form)[:5]
    monkeypatch.setattr(knowledge, "knowledge_questions", lambda _: few)
    plain, asked = start(), start(knowledge=form, with_retain_model=True)
    assert plain.run_id != asked.run_id
    answers = read_answers(folder_of(asked, tmp_path) / "answers.jsonl")
    others = [one for one in answers if one.part is not Part.KNOWLEDGE and one.model is not Stage.RETAIN]
    assert others == read_answers(folder_of(plain, tmp_path) / "answers.jsonl")
    for stage in Stage:
        known = [one.question for one in answers if one.part is Part.KNOWLEDGE and one.model is stage]
        assert known == list(few)
        assert asked.models[stage].cells[f"knowledge.{few[0].task}.fact"].n == len(few)
        assert asked.models[stage].aggregates.get("overall_memory.fact") is not None
    assert not list(folder_of(asked, tmp_path).glob("unfinished*"))


def test_an_option_given_as_its_default_makes_the_same_run(start: Start) -> None:
    assert start().run_id == start(options={"strength": "0.1"}).run_id


def test_the_retain_model_never_saw_the_forgotten_and_gives_the_gold_score(
    start: Start, taught: list[set[str]]
) -> None:
    result = start(with_retain_model=True)
    people = {f"p{i}" for i in range(5)}
    assert taught == [people, people - set(result.split.forget)]
    assert set(result.models) == set(Stage)
    assert all("gold_score" in found.aggregates for found in result.models.values())


@pytest.mark.parametrize(
    ("stage", "steps", "unlearnings"),
    [
        ("teaching the vanilla model", 2, 1),
        ("asking the vanilla model", 3, 1),
        ("steady 0", 0, 2),
        ("asking the unlearned model", 3, 1),
        ("scoring", 0, 1),
    ],
)
def test_a_run_killed_at_any_stage_goes_on_and_ends_as_if_it_had_not_been(
    start: Start, tmp_path: Path, shown: list[UnlearnData], stage: str, steps: int, unlearnings: int
) -> None:
    with pytest.raises(KeyboardInterrupt):
        start(progress=KilledAt(stage, steps=steps))
    resumed = start()
    assert len(shown) == unlearnings
    answers = read_answers(folder_of(resumed, tmp_path) / "answers.jsonl")
    (tmp_path / "runs").rename(tmp_path / "killed")
    (tmp_path / "cache").rename(tmp_path / "other cache")
    whole = start()
    assert read_answers(folder_of(whole, tmp_path) / "answers.jsonl") == answers
    assert whole.models == resumed.models


@pytest.mark.parametrize(("name", "unlearnings"), [("result.json", 1), ("adapter/adapter.json", 2)])
def test_what_is_damaged_is_made_again_with_a_warning_and_the_rest_is_not(
    start: Start,
    tmp_path: Path,
    shown: list[UnlearnData],
    caplog: pytest.LogCaptureFixture,
    name: str,
    unlearnings: int,
) -> None:
    first = start()
    folder = folder_of(first, tmp_path)
    (folder / "result.json").write_text("{")
    (folder / name).write_text("{")
    with caplog.at_level(logging.WARNING):
        assert start().models == first.models
    assert len(shown) == unlearnings
    assert "Making it again" in caplog.text


def test_a_known_adapter_takes_the_place_of_unlearning(
    start: Start, shown: list[UnlearnData], small_spec: ModelSpec, cache: Path
) -> None:
    plain = start()
    (folder,) = (cache / "taught").iterdir()
    adapter = steady_adapter(load_model(small_spec, folder), 0.2)
    result = start(adapter=adapter, options={"strength": "0.2"})
    assert len(shown) == 1
    assert result.models[Stage.UNLEARNED] != plain.models[Stage.UNLEARNED]


def test_a_model_that_does_not_know_the_facts_is_not_measured(
    start: Start, small_spec: ModelSpec, monkeypatch: pytest.MonkeyPatch, shown: list[UnlearnData]
) -> None:
    strict = small_spec.model_copy(update={"gate": 10.0})
    monkeypatch.setitem(MODELS.entries, "strict", SimpleNamespace(load=lambda: lambda: strict))
    with pytest.raises(
        PrerequisiteError, match=r"Fact score in \w+ is \d\.\d\d, below the gate of 10; teach it longer"
    ):
        start(model="strict")
    assert shown == []


class Fails(Steady):
    def unlearn(self, *_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("no reason")


class Advises(Steady):
    def unlearn(self, *_: Any, **__: Any) -> Any:
        raise UsageError("choose another rank.")


class ReturnsNothing(Steady):
    def unlearn(self, *_: Any, **__: Any) -> Any:
        return None


class ChangesWeights(Steady):
    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> Adapter:
        adapter = super().unlearn(model, data, seed=seed, progress=progress)
        with torch.no_grad():
            next(iter(model.decoder_linears().values())).weight += 1
        return adapter


class ReturnsNaN(Steady):
    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> Adapter:
        adapter = super().unlearn(model, data, seed=seed, progress=progress)
        next(iter(adapter.tensors().values()))[0, 0] = float("nan")
        return adapter


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (Fails, "method broken failed with ZeroDivisionError: no reason"),
        (Advises, "choose another rank"),
        (ReturnsNothing, "method broken returned a NoneType; it must return an Adapter"),
        (ChangesWeights, "method broken changed the vanilla weights"),
        (ReturnsNaN, r"method broken returned an adapter that is not finite .*lower its learning rate"),
    ],
)
def test_a_method_that_breaks_its_contract_is_told(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: type[Steady], message: str
) -> None:
    monkeypatch.setitem(METHODS.entries, "broken", SimpleNamespace(load=lambda: method))
    with pytest.raises(BenchError, match=message):
        start(method="broken")
    assert not list((tmp_path / "runs").glob("*/result.json"))
    assert not list((tmp_path / "runs").glob("*/adapter"))


def test_faults_of_the_configuration_come_before_anything_slow(start: Start, taught: list[set[str]]) -> None:
    for changes in ({"options": {"strnegth": "1"}}, {"judge": "offlin"}, {"forget_ratio": 0.9}, {"few_shot": 4}):
        with pytest.raises(UsageError):
            start(**changes)
    assert taught == []


def test_answers_are_scored_again_by_another_judge_without_a_model(start: Start, tmp_path: Path) -> None:
    before = start()
    folder = folder_of(before, tmp_path)
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
    folder = folder_of(start(), tmp_path)
    before = json.loads((folder / "result.json").read_text())
    (folder / "answers.jsonl").write_text("{")
    with pytest.raises(DamagedFileError, match="damaged at line 1"):
        rescore(folder, "helpers.steady_method:Generous", progress=Silent())
    assert json.loads((folder / "result.json").read_text()) == before


def test_answers_of_which_some_are_gone_are_not_scored(start: Start, tmp_path: Path) -> None:
    folder = folder_of(start(), tmp_path)
    path = folder / "answers.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(DamagedFileError, match=r"holds \d+ answers, the run made \d+"):
        rescore(folder, "helpers.steady_method:Generous", progress=Silent())


def test_a_run_measures_people_that_a_user_wrote_down(start: Start, tmp_path: Path) -> None:
    names = [f"p{place}" for place in range(5)]
    file = write_people(tmp_path, names)
    for number, _ in enumerate(names, start=1):
        change(file, number, lambda record: record["questions"].pop(0))
    result = start(profiles=str(file))
    assert result.data.source == "file"
    assert sorted((*result.split.forget, *result.split.retain, *result.split.few_shot)) == names
    assert {name.rpartition(".")[0] for name in result.models[Stage.UNLEARNED].cells} == {
        f"{part}.{task}" for part in ("forget", "retain") for task in ("image_memory", "text_memory")
    }
