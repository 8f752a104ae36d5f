"""The memory of a run is foreseen without weights, is no less than what is kept, and is told when it is short."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from helpers.saved import kept_for_the_way_back
from smfa_bench.errors import PrerequisiteError
from smfa_bench.models.memory import MOVED
from smfa_bench.models.quantization import BYTES
from smfa_bench.models.spec import Loading
from smfa_bench.models.vision_language import VisionLanguageModel, hollow_model, load_model
from smfa_bench.progress import Silent
from smfa_bench.results.answer import Stage
from smfa_bench.results.result import RunConfig, RunResult
from smfa_bench.runner import memory, stages
from smfa_bench.runner.memory import check_memory, foresee_memory
from smfa_bench.runner.references import lessons, taught_key
from smfa_bench.runner.setting import Setting, prepare
from smfa_bench.training import teach as teaching
from smfa_bench.training.loop import cross_entropy
from smfa_bench.training.teach import teach

Start = Callable[..., RunResult]


@pytest.fixture
def setting(small_model_name: str, cache: Path) -> Setting:
    asked = {
        "method": "idk-tuning",
        "model": small_model_name,
        "profiles": "helpers.people:five_people",
        "size": 5,
        "forget_ratio": 0.2,
        "few_shot": 1,
    }
    return prepare(RunConfig.model_validate(asked), cache, Silent())


def test_a_teaching_keeps_no_more_than_was_foreseen_and_not_much_less(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = foresee_memory(setting)
    assert need is not None
    vlm = load_model(setting.spec)
    assert need.weights == sum(parameter.nbytes for parameter in vlm.model.parameters())
    steps: list[int] = []

    def counted(model: torch.nn.Module, batch: Any) -> torch.Tensor:
        with kept_for_the_way_back(model) as kept:
            loss = cross_entropy(model, batch)
        steps.append(kept())
        return loss

    monkeypatch.setattr(teaching, "cross_entropy", counted)
    teach(vlm, *lessons(setting, Stage.VANILLA), title="teaching", seed=0, progress=Silent())
    trained = sum(parameter.numel() for parameter in vlm.model.parameters()) - sum(
        parameter.numel() for parameter in vlm.vision_tower().parameters()
    )
    kept = MOVED * trained + max(steps)
    assert kept <= need.training <= 3 * kept


def test_what_is_taught_already_is_not_taught_again(setting: Setting) -> None:
    before = foresee_memory(setting)
    taught = setting.cache / "taught" / taught_key(setting, Stage.VANILLA)
    taught.mkdir(parents=True)
    after = foresee_memory(setting)
    assert before is not None
    assert after is not None
    assert after.training < before.training
    assert (after.weights, after.answering) == (before.weights, before.answering)


def test_recomputing_takes_less(setting: Setting) -> None:
    asked = replace(setting, spec=setting.spec.loaded_as(Loading(gradient_checkpointing=True)))
    plain, recomputing = foresee_memory(setting), foresee_memory(asked)
    assert plain is not None
    assert recomputing is not None
    assert recomputing.training < plain.training


def test_packed_weights_take_less_while_they_rest_and_their_change_takes_its_room(setting: Setting) -> None:
    recipe = setting.spec.teaching.model_copy(update={"rank": 4})
    plain = replace(setting, spec=setting.spec.model_copy(update={"teaching": recipe}))
    vlm = load_model(plain.spec)
    linears = sum(linear.weight.nbytes for linear in vlm.decoder_linears().values())
    whole = foresee_memory(plain)
    assert whole is not None
    for quantization in ("4bit", "8bit"):
        packed = foresee_memory(replace(plain, spec=plain.spec.loaded_as(Loading(quantization=quantization))))
        assert packed is not None
        assert whole.weights - packed.weights == linears - int(linears / 4 * BYTES[quantization])
        assert packed.answering - whole.answering == linears
        assert packed.training == whole.training


@pytest.mark.parametrize(
    ("spared", "advice"),
    [
        ("training", "--dtype bfloat16, or --gradient-checkpointing, or --quantization 4bit, or a smaller batch"),
        ("answering", "--dtype bfloat16, or a smaller answer_batch_size of the recipe"),
    ],
)
def test_a_run_that_will_hardly_fit_says_so_with_advice(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, spared: str, advice: str
) -> None:
    need = memory.Need(weights=2**30, **({"training": 1, "answering": 1} | {spared: 2**31}))
    monkeypatch.setattr(memory, "foresee_memory", lambda _: need)
    for free, said in ((need.most, False), (need.most - 1, True)):
        monkeypatch.setattr(memory, "free_memory", lambda *_, free=free, **__: free)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            check_memory(setting)
        assert (advice in caplog.text) is said
        assert ("needs about 3.0 GiB" in caplog.text) is said


def test_what_was_asked_for_is_not_advised(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = replace(
        setting,
        spec=setting.spec.loaded_as(Loading(dtype="bfloat16", gradient_checkpointing=True, quantization="4bit")),
    )
    monkeypatch.setattr(memory, "free_memory", lambda *_, **__: 0)
    monkeypatch.setattr(memory, "refuse_if_short", lambda *_, **__: None)
    with caplog.at_level(logging.WARNING):
        check_memory(asked)
    assert "it takes less with a smaller batch" in caplog.text


def test_weights_that_do_not_fit_end_a_run_before_it_begins(
    start: Start, monkeypatch: pytest.MonkeyPatch, taught: list[set[str]]
) -> None:
    monkeypatch.setattr("smfa_bench.models.room.free_memory", lambda *_, **__: 0)
    with pytest.raises(PrerequisiteError, match=r"GiB for its weights in float32, 0\.0 GiB are free"):
        start()
    assert not taught


@pytest.mark.parametrize(("place", "said"), [("nowhere", "is no place for a model"), ("cuda:99", "has no device")])
def test_a_place_that_is_not_there_is_told_as_such(setting: Setting, place: str, said: str) -> None:
    asked = replace(setting, spec=setting.spec.loaded_as(Loading(device_map=place)))
    with pytest.raises(PrerequisiteError, match=said):
        check_memory(asked)


def test_what_one_process_refuses_all_refuse(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Callable[[], object]] = []

    def decided(look: Callable[[], object]) -> object:
        looked.append(look)
        return look()

    monkeypatch.setattr(stages, "decided", decided)
    monkeypatch.setattr("smfa_bench.models.room.free_memory", lambda *_, **__: 0)
    with pytest.raises(PrerequisiteError, match="GiB for its weights"):
        start()
    assert len(looked) == 2  # whether the run is finished, and whether it has the memory


def test_a_decoder_of_another_kind_is_left_to_who_runs_it(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "shape_of", lambda _: None)
    assert foresee_memory(setting) is None
    check_memory(setting)


def test_a_model_that_is_nowhere_is_left_to_who_loads_it(setting: Setting, tmp_path: Path) -> None:
    gone = setting.spec.model_copy(update={"source": str(tmp_path / "nowhere")})
    assert foresee_memory(replace(setting, spec=gone)) is None


def test_a_model_that_can_not_be_made_without_weights_is_run_all_the_same(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def needs_weights(_: object) -> None:
        raise RuntimeError("Tensor.item() cannot be called on meta tensors")

    monkeypatch.setattr(memory, "hollow_model", needs_weights)
    assert foresee_memory(setting) is None


def test_the_hollow_model_has_the_modules_of_the_whole_one_and_no_weights(small_vlm: VisionLanguageModel) -> None:
    hollow = hollow_model(small_vlm.spec)
    assert all(parameter.is_meta for parameter in hollow.model.parameters())
    assert [*hollow.decoder_linears()] == [*small_vlm.decoder_linears()]
