"""Packed weights: which are packed, what they stand for, and what may be done to them."""

import json
import shutil
from dataclasses import replace
from importlib import util
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from helpers.small_model import make_small_model
from smfa_bench.adapter.adapter import LoraAdapter, Modality, attached
from smfa_bench.adapter.export import export_merged
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import BenchError, PrerequisiteError, UsageError
from smfa_bench.models.quantization import BYTES, is_packed, packing, unpack
from smfa_bench.models.spec import Loading, ModelSpec, Teaching
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.options import make_method
from smfa_bench.progress import Silent
from smfa_bench.registry import METHODS
from smfa_bench.training.teach import teach

WIDTH = 64
"""Of the decoder: bitsandbytes packs 64 entries at a time."""
ROUNDING = {"4bit": 0.15, "8bit": 0.015}
"""Largest relative error of a random matrix: NF4 has 16 values, int8 has 255."""


@pytest.fixture(scope="module")
def plain_spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    """The recipe of a small model with LoRA teaching."""
    spec = make_small_model(tmp_path_factory.mktemp("small") / "model", width=WIDTH)
    return spec.model_copy(update={"teaching": Teaching(epochs=2, learning_rate=1e-2, rank=4)})


@pytest.fixture(scope="module")
def plain(plain_spec: ModelSpec) -> VisionLanguageModel:
    """That model, not packed; nothing may change it."""
    return load_model(plain_spec)


@pytest.fixture(params=BYTES)
def spec(request: pytest.FixtureRequest, plain_spec: ModelSpec) -> ModelSpec:
    """Its recipe, packed in each way."""
    return plain_spec.loaded_as(Loading(quantization=request.param))


@pytest.fixture
def vlm(spec: ModelSpec) -> VisionLanguageModel:
    """The small model, packed."""
    return load_model(spec)


@pytest.fixture
def change(vlm: VisionLanguageModel) -> LoraAdapter:
    """A random change of every matrix."""
    return random_change(vlm, size=0.1)


def random_change(vlm: VisionLanguageModel, *, size: float) -> LoraAdapter:
    generator = torch.Generator().manual_seed(0)
    factors = {
        name: LowRank(
            torch.randn(2, module.in_features, generator=generator),
            torch.randn(module.out_features, 2, generator=generator),
            size,
        )
        for name, module in vlm.decoder_linears().items()
    }
    return LoraAdapter(vlm.fingerprint(), factors)


def logits(vlm: VisionLanguageModel) -> Tensor:
    ids = torch.arange(3, 15).view(2, 6)
    with torch.no_grad():
        found: Tensor = vlm.model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
    return found


def test_the_linear_layers_of_the_decoders_blocks_are_packed_and_no_others(
    vlm: VisionLanguageModel, plain: VisionLanguageModel
) -> None:
    linears = {name: module for name, module in vlm.model.named_modules() if isinstance(module, nn.Linear)}
    assert {name for name, module in linears.items() if is_packed(module)} == plain.decoder_linears().keys()
    assert vlm.decoder_linears().keys() == plain.decoder_linears().keys()


def test_a_weight_is_read_as_numbers_near_those_before(vlm: VisionLanguageModel, plain: VisionLanguageModel) -> None:
    for name, module in plain.decoder_linears().items():
        found = vlm.weight(name)
        assert found.dtype == module.weight.dtype
        error = (found - module.weight).norm() / module.weight.norm()
        assert 0 < error < ROUNDING[vlm.spec.loading.quantization or ""]


def test_packed_weights_stay_as_they_were_loaded(vlm: VisionLanguageModel) -> None:
    linears = vlm.decoder_linears().values()
    assert not any(getattr(linear, "support_avx512bf16_for_cpu", False) for linear in linears)
    before = [linear.weight.detach().clone() for linear in linears]
    logits(vlm)
    assert all(torch.equal(linear.weight, weight) for linear, weight in zip(linears, before, strict=True))


def test_a_plain_weight_is_read_as_it_is(small_vlm: VisionLanguageModel) -> None:
    for name, module in small_vlm.decoder_linears().items():
        assert small_vlm.weight(name) is module.weight


def test_unpacked_it_is_the_same_model_with_plain_weights(vlm: VisionLanguageModel) -> None:
    name, before, known = next(iter(vlm.decoder_linears())), logits(vlm), vlm.fingerprint()
    weight = vlm.weight(name)
    unpack(vlm.model)
    assert not any(map(is_packed, vlm.decoder_linears().values()))
    assert torch.equal(vlm.weight(name), weight)
    assert vlm.fingerprint() == known
    torch.testing.assert_close(logits(vlm), before, rtol=0.1, atol=0.1)


def test_unpacking_a_plain_model_changes_nothing(own_vlm: VisionLanguageModel) -> None:
    before = own_vlm.fingerprint(whole=True)
    unpack(own_vlm.model)
    assert own_vlm.fingerprint(whole=True) == before


def test_a_change_that_is_attached_counts_as_in_the_weights(vlm: VisionLanguageModel, change: LoraAdapter) -> None:
    before, merged = logits(vlm), load_model(vlm.spec)
    unpack(merged.model)
    with attached(vlm, change, Modality.TEXT), attached(merged, change, Modality.TEXT):
        during, expected = logits(vlm), logits(merged)
    error = (during - expected).norm() / (expected - logits(merged)).norm()
    assert error < 0.05
    assert torch.equal(logits(vlm), before)


def test_a_change_of_nothing_changes_no_bit(vlm: VisionLanguageModel) -> None:
    before, known = logits(vlm), vlm.fingerprint(whole=True)
    with attached(vlm, random_change(vlm, size=0.0), Modality.IMAGE):
        assert torch.equal(logits(vlm), before)
    assert vlm.fingerprint(whole=True) == known


def test_a_change_that_does_not_fit_is_refused_and_leaves_nothing(
    vlm: VisionLanguageModel, change: LoraAdapter
) -> None:
    before, name = logits(vlm), change.names()[-1]
    pair = change.factors[name]
    misfit = replace(change, factors={**change.factors, name: LowRank(pair.down[:, 1:], pair.up, 1.0)})
    with pytest.raises(BenchError, match="has the shape"), attached(vlm, misfit, Modality.TEXT):
        pass
    assert torch.equal(logits(vlm), before)


def test_what_lora_taught_is_in_plain_weights_that_can_be_saved_and_packed_again(
    vlm: VisionLanguageModel, unlearn_data: UnlearnData, tmp_path: Path
) -> None:
    losses = teach(vlm, unlearn_data.forget, [], title="teaching", seed=0, progress=Silent())
    assert losses[-1] < losses[0]
    vlm.save(tmp_path / "taught")
    again = load_model(vlm.spec, tmp_path / "taught")
    assert all(map(is_packed, again.decoder_linears().values()))
    whole = load_model(vlm.spec.unpacked(), tmp_path / "taught")
    assert whole.fingerprint() == vlm.fingerprint()


def test_packed_weights_are_never_trained_themselves(spec: ModelSpec, unlearn_data: UnlearnData) -> None:
    full = spec.model_copy(update={"teaching": Teaching(rank=None)})
    with pytest.raises(UsageError, match="packed ones do not allow"):
        teach(load_model(full), unlearn_data.forget, [], title="x", seed=0, progress=Silent())
    assert full.for_teaching() == full.unpacked()
    assert spec.for_teaching() == spec


@pytest.mark.parametrize("name", METHODS.entries)
def test_a_method_works_on_packed_weights_or_says_why_not(
    name: str, vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    before = vlm.fingerprint(whole=True)
    method = make_method(name, {}, vlm.spec.adapting)
    if name == "mmunlearner":
        with pytest.raises(UsageError, match="no gradient by packed weights"):
            method.unlearn(vlm, unlearn_data, seed=0, progress=Silent())
        return
    adapter = method.unlearn(vlm, unlearn_data, seed=0, progress=Silent())
    assert vlm.fingerprint(whole=True) == before
    said = logits(vlm)
    with attached(vlm, adapter, Modality.TEXT):
        assert not torch.equal(logits(vlm), said)


def test_merged_weights_are_those_that_were_measured(
    vlm: VisionLanguageModel, change: LoraAdapter, tmp_path: Path
) -> None:
    export_merged(vlm.spec, Path(vlm.spec.source), change, tmp_path / "merged", modality=Modality.TEXT)
    merged = load_model(vlm.spec.unpacked(), tmp_path / "merged")
    for name, module in merged.decoder_linears().items():
        torch.testing.assert_close(module.weight.data, vlm.weight(name) + change.delta(name, Modality.TEXT))


def test_without_the_library_the_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = util.find_spec

    def without(name: str, *rest: Any) -> Any:
        return None if name == "bitsandbytes" else found(name, *rest)

    monkeypatch.setattr("smfa_bench.models.quantization.find_spec", without)
    with pytest.raises(PrerequisiteError, match=r"pip install 'smfa-bench\[quantization\]'"):
        packing("4bit", dtype=torch.float32, whole=())


def test_weights_that_the_library_reads_wrongly_are_refused(small_spec: ModelSpec) -> None:
    with pytest.raises(PrerequisiteError, match=r"rows of 32 .* --quantization 8bit"):
        load_model(small_spec.loaded_as(Loading(quantization="4bit")))
    load_model(small_spec.loaded_as(Loading(quantization="8bit")))


@pytest.mark.parametrize("packed", [{"quant_method": "gptq", "bits": 4}, {"quant_method": "bitsandbytes"}])
def test_a_model_that_was_packed_by_others_is_refused(
    packed: dict[str, Any], small_model_folder: Path, small_spec: ModelSpec, tmp_path: Path
) -> None:
    shutil.copytree(small_model_folder, tmp_path / "packed")
    place = tmp_path / "packed" / "config.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {"quantization_config": packed}))
    with pytest.raises(PrerequisiteError, match=f"packed by others .{packed['quant_method']}"):
        load_model(small_spec, tmp_path / "packed")
