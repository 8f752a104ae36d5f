"""Runs: what is done is never done again, what was killed goes on, one model at a time."""

import gc
import logging
import weakref
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.people_file import change, write_people
from helpers.steady_method import steady_adapter
from smfa_bench.data import knowledge
from smfa_bench.data.knowledge import Knowledge, knowledge_questions
from smfa_bench.data.phrasing import Phrasing
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import PrerequisiteError, UsageError
from smfa_bench.models.spec import ModelSpec
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.progress import Silent
from smfa_bench.registry import MODELS
from smfa_bench.results.answer import Part, Stage, read_answers
from smfa_bench.results.probe import read_probes
from smfa_bench.results.result import RunResult
from smfa_bench.results.store import read_result
from smfa_bench.runner import knowledge as runner_knowledge
from smfa_bench.runner import probing, references, stages

Start = Callable[..., RunResult]


class KilledAt(Silent):
    """Interrupts a stage when some of its steps are done."""

    def __init__(self, stage: str, *, steps: int) -> None:
        self.wanted, self.steps, self.reached = stage, steps, False

    def stage(self, title: str, total: int) -> None:  # noqa: ARG002
        self.reached = title == self.wanted
        self.advance(0)

    def advance(self, steps: int = 1, note: str = "", values: object = None) -> None:  # noqa: ARG002
        if self.reached:
            self.steps -= steps
            if self.steps <= 0:
                raise KeyboardInterrupt


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
        "likelihoods.jsonl",
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
    assert result.asking.keys() == {f"answers of the {stage} model" for stage in ("vanilla", "base", "unlearned")}
    assert all(one.questions_per_second > 0 < one.vision_passes for one in result.asking.values())
    unlearned = sum(record.model is Stage.UNLEARNED for record in records)
    assert result.asking["answers of the unlearned model"].questions == unlearned
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
    assert set(second.seconds) == {
        "unlearning",
        "answers of the unlearned model",
        "likelihoods of the unlearned model",
        "scoring",
    }
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
    assert set(result.erasure) == set(Stage)


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
        PrerequisiteError,
        match=r"Fact score in \w+ \(template wording, original pictures\) is \d\.\d\d, below the gate of 10; .*--gate",
    ):
        start(model="strict")
    assert shown == []


def test_the_gate_of_a_run_takes_the_place_of_the_recipes(start: Start, shown: list[UnlearnData]) -> None:
    with pytest.raises(PrerequisiteError, match="below the gate of 10"):
        start(gate=10)
    assert shown == []
    assert start().run_id != start(gate=0).run_id


def test_faults_of_the_configuration_come_before_anything_slow(start: Start, taught: list[set[str]]) -> None:
    for changes in ({"options": {"strnegth": "1"}}, {"judge": "offlin"}, {"forget_ratio": 0.9}, {"few_shot": 4}):
        with pytest.raises(UsageError):
            start(**changes)
    assert taught == []


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


def test_no_model_is_loaded_while_another_is_held(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[weakref.ref[VisionLanguageModel]] = []

    def alone(*arguments: Any) -> VisionLanguageModel:
        gc.collect()
        assert [model for model in loaded if model() is not None] == []
        vlm = load_model(*arguments)
        loaded.append(weakref.ref(vlm))
        return vlm

    for room in (references, probing, runner_knowledge, stages):
        monkeypatch.setattr(room, "load_model", alone)
    monkeypatch.setattr(knowledge, "knowledge_questions", lambda form: knowledge_questions(form)[:2])
    start(with_retain_model=True, knowledge="text")
    assert len(loaded) > 8


def test_a_form_changes_what_is_asked_and_nothing_that_is_taught(
    start: Start, taught: list[set[str]], shown: list[UnlearnData], tmp_path: Path
) -> None:
    few = {"profiles": "helpers.people:two_views", "size": 5}
    usual = start(**few)
    other = start(**few, phrasing="template", pictures="rerendered")
    assert len(taught) == 1
    assert len({sample.question.text for data in shown for sample in data.forget}) == 1
    assert other.run_id != usual.run_id
    assert "-template-wording-rerendered-pictures-" in other.run_id
    assert (other.data_fingerprint, other.split) == (usual.data_fingerprint, usual.split)
    asked, reworded = (read_answers(folder_of(result, tmp_path) / "answers.jsonl") for result in (usual, other))
    assert [record.question.id for record in asked] == [record.question.id for record in reworded]
    assert {record.question.text for record in asked} == {"Which birthplace is hers?"}
    assert "Which birthplace is hers?" not in {record.question.text for record in reworded}
    assert usual.erasure.keys() == other.erasure.keys()
    probed = read_probes(folder_of(usual, tmp_path) / "likelihoods.jsonl")
    assert {record.question.text for record in probed} == {"Which birthplace is hers?"}


def test_the_wording_that_was_chosen_for_the_user_is_named_in_the_result(start: Start) -> None:
    assert start().config.phrasing is Phrasing.TEMPLATE
    assert start(profiles="helpers.people:two_views", size=5).config.phrasing is Phrasing.HELD_OUT


def test_a_packed_model_is_taught_whole_measured_packed_and_told_in_the_result(
    start: Start, taught: list[set[str]], tmp_path: Path
) -> None:
    plain = start(method="smfa", options={"epochs": 1})
    result = start(method="smfa", options={"epochs": 1}, loading={"quantization": "8bit"})
    assert len(taught) == 1  # its recipe trains all weights, which packed ones do not allow: the same teaching
    assert result.config.loading.quantization == result.model.loading.quantization == "8bit"
    assert result.run_id != plain.run_id
    assert plain.seconds.keys() - result.seconds.keys() == {"teaching the vanilla model"}
    answers = [read_answers(folder_of(one, tmp_path) / "answers.jsonl") for one in (plain, result)]
    assert [len(said) for said in answers] == [len(answers[0])] * 2
    assert read_result(folder_of(result, tmp_path)) == result
