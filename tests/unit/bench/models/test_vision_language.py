"""A multimodal LLM as the benchmark sees it: which weights are whose, and how it comes back from disk."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import BenchError, PrerequisiteError, UsageError
from smfa_bench.generation.answers import answer
from smfa_bench.models.spec import Loading
from smfa_bench.models.vision_language import VisionLanguageModel, load_model


def test_decoder_linears_are_the_decoders_blocks_and_nothing_else(small_vlm: VisionLanguageModel) -> None:
    linears = small_vlm.decoder_linears()
    # Two blocks of four attention and three MLP matrices.
    assert len(linears) == 2 * 7
    eyes = set(small_vlm.vision_tower().modules())
    head = small_vlm.model.get_submodule("lm_head")
    for name, module in linears.items():
        assert small_vlm.model.get_submodule(name) is module
        assert module not in eyes
        assert module is not head
        assert "projector" not in name


def test_the_vision_tower_sees_and_does_not_speak(small_vlm: VisionLanguageModel) -> None:
    tower = small_vlm.vision_tower()
    assert any(isinstance(module, nn.Conv2d) for module in tower.modules())
    assert not any(isinstance(module, nn.Embedding) and module.num_embeddings > 1000 for module in tower.modules())


@pytest.mark.parametrize("part", ["itself", "none"])
def test_a_model_that_does_not_tell_its_parts_apart_is_refused(small_vlm: VisionLanguageModel, part: str) -> None:
    model = SimpleNamespace()
    found = model if part == "itself" else None
    model.get_decoder = lambda: found
    model.get_encoder = lambda modality: found if modality == "image" else None
    vlm = replace(small_vlm, model=cast(Any, model))
    with pytest.raises(UsageError, match="no text decoder of its own"):
        vlm.decoder_linears()
    with pytest.raises(UsageError, match="no vision tower of its own"):
        vlm.vision_tower()


def test_the_fingerprint_changes_with_every_decoder_matrix(own_vlm: VisionLanguageModel) -> None:
    found = {own_vlm.fingerprint()}
    linears = own_vlm.decoder_linears()
    for module in linears.values():
        with torch.no_grad():
            module.weight[0, 0] += 1e-3
        found.add(own_vlm.fingerprint())
    assert len(found) == 1 + len(linears)


def test_weights_names_and_answers_come_back_from_disk(
    taught_vlm: VisionLanguageModel, unlearn_data: UnlearnData, tmp_path: Path
) -> None:
    taught_vlm.save(tmp_path)
    loaded = load_model(taught_vlm.spec, tmp_path)
    assert loaded.fingerprint() == taught_vlm.fingerprint()
    assert not loaded.model.training
    assert not list(tmp_path.glob("*.bin"))
    asked = unlearn_data.forget[::6]
    assert list(answer(loaded, asked)) == list(answer(taught_vlm, asked))


def test_a_model_is_loaded_in_float32_on_a_processor(small_vlm: VisionLanguageModel) -> None:
    expected = torch.float32 if small_vlm.device.type == "cpu" else torch.bfloat16
    assert {value.dtype for value in small_vlm.model.parameters()} == {expected}


@pytest.mark.parametrize("content", [None, "{}", '{"model_type": "bert"}'])
def test_what_is_no_image_text_to_text_model_is_refused_in_one_line(
    small_vlm: VisionLanguageModel, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    with pytest.raises(PrerequisiteError, match=r"can't load .* as an image-text-to-text model") as caught:
        load_model(small_vlm.spec, tmp_path)
    assert "\n" not in str(caught.value)


def test_a_truncated_weights_file_is_told(small_vlm: VisionLanguageModel, tmp_path: Path) -> None:
    small_vlm.save(tmp_path)
    (weights,) = tmp_path.glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(PrerequisiteError, match="can't load"):
        load_model(small_vlm.spec, tmp_path)


def test_a_model_without_a_chat_template_is_refused(own_vlm: VisionLanguageModel, tmp_path: Path) -> None:
    own_vlm.save(tmp_path)
    (tmp_path / "chat_template.jinja").unlink()
    with pytest.raises(PrerequisiteError, match="has no chat template; choose an instruction-tuned model"):
        load_model(own_vlm.spec, tmp_path)


def test_a_processor_that_writes_another_image_token_is_refused(own_vlm: VisionLanguageModel, tmp_path: Path) -> None:
    written = own_vlm.model.config.image_token_id
    own_vlm.model.config.image_token_id = written + 1
    own_vlm.save(tmp_path)
    with pytest.raises(
        PrerequisiteError, match=f"takes token {written + 1} for the picture, .* writes token {written}"
    ):
        load_model(own_vlm.spec, tmp_path)


def test_a_missing_library_is_named_in_one_line(
    small_vlm: VisionLanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError("\nTheVideoProcessor requires the Torchvision library but it was not found. Check\nthe page.")

    monkeypatch.setattr("smfa_bench.models.vision_language.AutoProcessor.from_pretrained", missing)
    with pytest.raises(PrerequisiteError) as caught:
        load_model(small_vlm.spec)
    assert str(caught.value).endswith(
        "needs a library more: TheVideoProcessor requires the Torchvision library but it was not found."
    )


def in_memory(vlm: VisionLanguageModel, **loading: str) -> VisionLanguageModel:
    return load_model(vlm.spec.loaded_as(Loading.model_validate(loading)))


def test_weights_have_the_type_that_was_asked_for(small_vlm: VisionLanguageModel) -> None:
    loaded = in_memory(small_vlm, dtype="bfloat16")
    assert {value.dtype for value in loaded.model.parameters()} == {torch.bfloat16}


def test_attention_is_the_one_that_was_asked_for(small_vlm: VisionLanguageModel) -> None:
    assert cast(Any, in_memory(small_vlm, attn="eager").model.config)._attn_implementation == "eager"


def test_a_model_that_is_spread_answers_the_same(taught_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    if torch.accelerator.is_available():
        pytest.skip("on an accelerator auto may split the model, which rounds differently")
    asked = unlearn_data.forget[::6]
    expected = list(answer(in_memory(taught_vlm), asked))
    assert list(answer(in_memory(taught_vlm, device_map="auto"), asked)) == expected


@pytest.mark.parametrize(
    ("loading", "words"),
    [
        ({"device_map": "everywhere"}, "'everywhere' is no place for a model; valid: cpu, cuda"),
        ({"device_map": "cuda:99"}, "this machine has no device cuda:99"),
        ({"attn": "no_such_attention"}, "can't load"),
    ],
)
def test_what_the_machine_does_not_have_is_told_in_one_line(
    small_vlm: VisionLanguageModel, loading: dict[str, str], words: str
) -> None:
    with pytest.raises(PrerequisiteError) as caught:
        in_memory(small_vlm, **loading)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def altered(vlm: VisionLanguageModel, folder: Path, change: Callable[[dict[str, Tensor]], object]) -> None:
    """Save a model whose weights were changed on the disk."""
    vlm.save(folder)
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def test_weights_that_would_be_random_are_refused(small_vlm: VisionLanguageModel, tmp_path: Path) -> None:
    altered(small_vlm, tmp_path, lambda weights: weights.pop(next(name for name in weights if "up_proj" in name)))
    with pytest.raises(PrerequisiteError, match=r"lacks 1 weights, first .*up_proj.weight, which would be random"):
        load_model(small_vlm.spec, tmp_path)


def test_tied_embeddings_that_came_apart_are_refused(
    small_vlm: VisionLanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = nn.Linear(4, 4)
    monkeypatch.setattr(type(small_vlm.model), "get_output_embeddings", lambda _: head)
    with pytest.raises(PrerequisiteError, match=r"set tie_word_embeddings in its config\.json to false"):
        load_model(small_vlm.spec)


def test_weights_that_float16_can_not_hold_are_refused(small_vlm: VisionLanguageModel, tmp_path: Path) -> None:
    def enlarge(weights: dict[str, Tensor]) -> None:
        weights[next(name for name in weights if "up_proj" in name)][0, 0] = 1e6

    altered(small_vlm, tmp_path, enlarge)
    spec = small_vlm.spec.loaded_as(Loading(dtype="float16"))
    with pytest.raises(PrerequisiteError, match=r"float16 can't hold \(first .*up_proj.weight\)"):
        load_model(spec, tmp_path)


def test_weights_that_a_full_disk_did_not_take_are_told_in_a_line(
    small_vlm: VisionLanguageModel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(type(small_vlm.model), "save_pretrained", full)
    with pytest.raises(BenchError, match=r"can't write .* No space left on device .*; free some space"):
        small_vlm.save(tmp_path)
