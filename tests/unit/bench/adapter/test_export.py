"""Exported adapters, read by other software: PEFT, transformers, safetensors."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file

from smfa_bench.adapter.adapter import LoraAdapter, Modality, attached
from smfa_bench.adapter.export import export_delta, export_merged, export_peft, nearest
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.errors import BenchError, UsageError
from smfa_bench.models.vision_language import VisionLanguageModel, load_model


def attached_weights(vlm: VisionLanguageModel, lora: LoraAdapter) -> dict[str, torch.Tensor]:
    with attached(vlm, lora, Modality.TEXT):
        return {name: module.weight.detach().clone() for name, module in vlm.decoder_linears().items()}


def test_peft_merges_the_export_into_the_weights_of_the_attached_adapter(
    own_vlm: VisionLanguageModel, lora: LoraAdapter, tmp_path: Path
) -> None:
    expected = attached_weights(own_vlm, lora)
    approximation = export_peft(lora, tmp_path / "lora", rank=2, modality=Modality.TEXT)
    assert approximation.relative_error < 1e-5
    merged = PeftModel.from_pretrained(own_vlm.model, tmp_path / "lora").merge_and_unload()
    found = dict(merged.named_modules())
    for name, weight in expected.items():
        torch.testing.assert_close(found[name].weight.data, weight, rtol=1e-4, atol=1e-5)


def test_the_stated_error_is_that_of_the_singular_values_left_out(lora: LoraAdapter, tmp_path: Path) -> None:
    approximation = export_peft(lora, tmp_path / "lora", rank=1, modality=Modality.TEXT)
    sizes = {name: torch.linalg.svdvals(lora.delta(name, Modality.TEXT).double()) for name in lora.names()}
    for name, size in sizes.items():
        expected = (size[1:].norm() / size.norm()).item()
        assert approximation.relative_error_by_matrix[name] == pytest.approx(expected, rel=1e-4)
    left_out = torch.cat([size[1:] for size in sizes.values()]).norm()
    assert approximation.relative_error == pytest.approx((left_out / torch.cat([*sizes.values()]).norm()).item())


def test_a_change_of_nothing_has_no_error(lora: LoraAdapter, tmp_path: Path) -> None:
    nothing = replace(lora, factors={name: replace(pair, scale=0.0) for name, pair in lora.factors.items()})
    assert export_peft(nothing, tmp_path / "lora", rank=2, modality=Modality.TEXT).relative_error == 0


def test_equal_adapters_are_exported_to_equal_bytes(lora: LoraAdapter, tmp_path: Path) -> None:
    for name in ("one", "other"):
        export_peft(lora, tmp_path / name, rank=2, modality=Modality.TEXT)
    assert (tmp_path / "one" / "seal.json").read_bytes() == (tmp_path / "other" / "seal.json").read_bytes()


def test_transformers_loads_the_merged_weights_with_the_processor(
    small_vlm: VisionLanguageModel, lora: LoraAdapter, tmp_path: Path
) -> None:
    expected = attached_weights(small_vlm, lora)
    before = small_vlm.fingerprint(whole=True)
    export_merged(small_vlm.spec, Path(small_vlm.spec.source), lora, tmp_path / "merged", modality=Modality.TEXT)
    assert load_model(small_vlm.spec).fingerprint(whole=True) == before
    linears = load_model(small_vlm.spec, tmp_path / "merged").decoder_linears()
    assert all(torch.equal(linears[name].weight, weight) for name, weight in expected.items())


def test_the_delta_is_what_is_added_to_each_weight(lora: LoraAdapter, tmp_path: Path) -> None:
    export_delta(lora, tmp_path / "delta", modality=Modality.TEXT)
    found = load_file(tmp_path / "delta" / "delta.safetensors")
    assert {name.removesuffix(".weight") for name in found} == set(lora.names())
    assert all(torch.equal(found[f"{name}.weight"], lora.delta(name, Modality.TEXT)) for name in lora.names())


@pytest.mark.parametrize("rank", [0, 4])
def test_a_rank_that_no_matrix_of_that_shape_has_is_refused(rank: int) -> None:
    with pytest.raises(UsageError, match="valid: 1 to 3"):
        nearest(torch.ones(3, 5), rank)


def test_no_folder_is_written_over(small_vlm: VisionLanguageModel, lora: LoraAdapter, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    for folder in (tmp_path, tmp_path / "mine"):
        with pytest.raises(UsageError, match="is there already"):
            export_peft(lora, folder, rank=1, modality=Modality.TEXT)
        with pytest.raises(UsageError, match="is there already"):
            export_delta(lora, folder, modality=Modality.TEXT)
        with pytest.raises(UsageError, match="is there already"):
            export_merged(small_vlm.spec, Path(small_vlm.spec.source), lora, folder, modality=Modality.TEXT)
    assert (tmp_path / "mine").read_text() == "mine"


def test_merging_into_another_model_is_refused_and_leaves_nothing(
    small_vlm: VisionLanguageModel, lora: LoraAdapter, tmp_path: Path
) -> None:
    stranger = replace(
        lora, model_fingerprint="other", factors={"layer": LowRank(torch.ones(1, 1), torch.ones(1, 1), 1.0)}
    )
    with pytest.raises(BenchError, match="was made for model other"):
        export_merged(
            small_vlm.spec, Path(small_vlm.spec.source), stranger, tmp_path / "merged", modality=Modality.TEXT
        )
    assert not list(tmp_path.glob("*merged*"))
