"""Merging into saved weights: what a loaded model with the adapter attached would save, without loading one."""

import weakref
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from smfa_bench.adapter import export
from smfa_bench.adapter.adapter import LoraAdapter, Modality, attached
from smfa_bench.adapter.export import export_merged
from smfa_bench.adapter.merging import match, merge_saved
from smfa_bench.adapter.tensor_files import TensorPlace, find_tensors
from smfa_bench.errors import BenchError, DamagedFileError
from smfa_bench.models.vision_language import VisionLanguageModel, linear_names, load_model


def saved(vlm: VisionLanguageModel, folder: Path, *, shard: str = "50GB") -> Path:
    vlm.model.save_pretrained(folder, max_shard_size=shard)
    vlm.processor.save_pretrained(folder)
    return folder


def tensors(folder: Path) -> dict[str, torch.Tensor]:
    return {name: tensor for path in folder.glob("*.safetensors") for name, tensor in load_file(path).items()}


@pytest.mark.parametrize("shard", ["50GB", "40KB"])
def test_merged_files_are_those_a_loaded_model_would_save(
    small_vlm: VisionLanguageModel, lora: LoraAdapter, tmp_path: Path, shard: str
) -> None:
    source = saved(small_vlm, tmp_path / "source", shard=shard)
    assert (len(list(source.glob("*.safetensors"))) > 2) is (shard == "40KB")
    with attached(small_vlm, lora, Modality.TEXT):
        expected = tensors(saved(small_vlm, tmp_path / "expected", shard=shard))
    linears = linear_names(small_vlm.spec, source)
    assert merge_saved(source, linears, lora, tmp_path / "merged", modality=Modality.TEXT)
    found = tensors(tmp_path / "merged")
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())
    copied = {path.name for path in (tmp_path / "merged").iterdir()}
    assert copied - {"seal.json"} == {path.name for path in (tmp_path / "expected").iterdir()}


def test_no_more_than_one_matrix_is_in_memory(
    small_vlm: VisionLanguageModel, lora: LoraAdapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = saved(small_vlm, tmp_path / "source")
    largest = max(module.weight.nbytes for module in small_vlm.decoder_linears().values())
    held: list[weakref.ref[torch.Tensor]] = []
    peak = 0
    read = TensorPlace.read

    def counting_read(place: TensorPlace) -> torch.Tensor:
        nonlocal peak
        tensor = read(place)
        held.append(weakref.ref(tensor))
        alive = [reference() for reference in held]
        peak = max(peak, sum(one.nbytes for one in alive if one is not None))
        return tensor

    monkeypatch.setattr(TensorPlace, "read", counting_read)
    monkeypatch.setattr(export, "load_model", lambda *_: pytest.fail("the model was loaded"))
    export_merged(small_vlm.spec, source, lora, tmp_path / "merged", modality=Modality.TEXT)
    assert 0 < peak <= largest


def test_weights_that_are_others_than_the_adapters_are_left_alone(
    small_vlm: VisionLanguageModel, lora: LoraAdapter, small_model_folder: Path, tmp_path: Path
) -> None:
    linears = linear_names(small_vlm.spec, small_model_folder)
    strange = replace(lora, model_fingerprint="other")
    assert not merge_saved(small_model_folder, linears, strange, tmp_path / "merged", modality=Modality.TEXT)
    assert not merge_saved(small_model_folder, ["nowhere"], lora, tmp_path / "merged", modality=Modality.TEXT)
    assert not list(tmp_path.iterdir())


def test_files_in_another_type_are_merged_by_loading_the_model(
    small_vlm: VisionLanguageModel, lora: LoraAdapter, tmp_path: Path
) -> None:
    source = saved(small_vlm, tmp_path / "source")
    save_file(
        {name: tensor.double() for name, tensor in tensors(source).items()},
        source / "model.safetensors",
        metadata={"format": "pt"},
    )
    export_merged(small_vlm.spec, source, lora, tmp_path / "merged", modality=Modality.TEXT)
    with attached(small_vlm, lora, Modality.TEXT):
        expected = {name: module.weight.clone() for name, module in small_vlm.decoder_linears().items()}
    merged = load_model(small_vlm.spec, tmp_path / "merged").decoder_linears()
    assert all(torch.equal(merged[name].weight, weight) for name, weight in expected.items())


def test_a_change_that_is_not_finite_leaves_no_folder(
    small_vlm: VisionLanguageModel, lora: LoraAdapter, small_model_folder: Path, tmp_path: Path
) -> None:
    name = lora.names()[-1]
    spoilt = replace(lora, factors={**lora.factors, name: replace(lora.factors[name], scale=float("inf"))})
    with pytest.raises(BenchError, match="is not finite"):
        export_merged(small_vlm.spec, small_model_folder, spoilt, tmp_path / "merged", modality=Modality.TEXT)
    assert not list(tmp_path.iterdir())


def test_a_layer_is_found_by_the_end_of_its_name_and_the_words_in_it() -> None:
    place = TensorPlace(Path(), 0, (1, 1), torch.float32)
    names = ["language_model.model.layers.0.q_proj.weight", "vision_tower.layers.0.q_proj.weight", "head.weight"]
    found = match(["model.language_model.layers.0.q_proj"], dict.fromkeys(names, place))
    assert found == {"model.language_model.layers.0.q_proj": place}
    twice = ["a.layers.0.q_proj.weight", "b.layers.0.q_proj.weight"]
    assert match(["model.layers.0.q_proj"], dict.fromkeys(twice, place)) is None


def test_tensors_are_read_and_written_where_they_lie(tmp_path: Path) -> None:
    before = {"a": torch.arange(6.0).view(2, 3), "b": torch.ones(2, dtype=torch.bfloat16), "c": torch.tensor([1, 2])}
    save_file(before, tmp_path / "some.safetensors", metadata={"format": "pt"})
    places = find_tensors(tmp_path)
    assert places.keys() == {"a", "b"}
    assert all(torch.equal(place.read(), before[name]) for name, place in places.items())
    places["b"].write(torch.full((2,), 3, dtype=torch.bfloat16))
    after = load_file(tmp_path / "some.safetensors")
    assert after["b"].tolist() == [3, 3]
    assert all(torch.equal(after[name], before[name]) for name in ("a", "c"))


@pytest.mark.parametrize("kept", [4, 30, -1])
def test_a_file_cut_short_is_told(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "some.safetensors"
    save_file({"a": torch.ones(3)}, path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DamagedFileError, match="make it again"):
        find_tensors(tmp_path)["a"].read()
