"""Every family of multimodal LLMs goes the whole way: labels, teaching, methods, answers, saving."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from accelerate.state import AcceleratorState
from torch import Tensor, nn

import smfa_bench.training.loop as loop
from helpers.families import FAMILIES, make_family
from smfa_bench.adapter.adapter import LoraAdapter, Modality, attached
from smfa_bench.adapter.files import load_adapter, save_adapter
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.adapter.merging import match, merge_saved
from smfa_bench.adapter.tensor_files import find_tensors
from smfa_bench.data.question import Task
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.generation.answers import Answered, answer
from smfa_bench.generation.plan import find_groups
from smfa_bench.generation.sharing import rows_that_share
from smfa_bench.models.encoding import IGNORED, collate, encode
from smfa_bench.models.quantization import is_packed
from smfa_bench.models.spec import Loading
from smfa_bench.models.vision_language import VisionLanguageModel, linear_names, load_model
from smfa_bench.options import make_method
from smfa_bench.progress import Silent
from smfa_bench.training.teach import teach

METHODS = ("smfa", "ga-difference", "idk-tuning")


@pytest.fixture(autouse=True)
def full_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Train in float32: the precision is set once a process, and an earlier test may have set another."""
    monkeypatch.setattr(loop, "precision", lambda: "no")
    monkeypatch.setattr(AcceleratorState, "_shared_state", {})


@pytest.fixture(params=FAMILIES)
def vlm(request: pytest.FixtureRequest) -> VisionLanguageModel:
    """A fresh small model of each family."""
    return make_family(request.param)


@pytest.fixture(scope="module")
def seen(unlearn_data: UnlearnData) -> list[Sample]:
    """Questions about pictures and the people in them, of several lengths."""
    pictured = [sample for sample in unlearn_data.few_shot if sample.pictured]
    memory = [sample for sample in pictured if sample.task is Task.IMAGE_MEMORY]
    return [*memory[:4], *[sample for sample in pictured if sample not in memory][:2]]


@pytest.fixture(scope="module")
def told(unlearn_data: UnlearnData) -> list[Sample]:
    """Questions without a picture."""
    return [sample for sample in unlearn_data.few_shot if not sample.pictured][:3]


def test_only_the_answer_and_its_end_carry_loss(
    vlm: VisionLanguageModel, seen: list[Sample], told: list[Sample]
) -> None:
    tokenizer = vlm.processor.tokenizer
    for sample in (seen[0], told[0]):
        batch = collate(vlm, encode(vlm, [sample]), for_generation=False)
        labels, tokens = batch["labels"][0], batch["input_ids"][0]
        carrying = labels != IGNORED
        assert torch.equal(labels[carrying], tokens[carrying])
        assert tokenizer.decode(tokens[carrying]).strip() == f"{sample.answer}<end>"
        first = int(carrying.nonzero()[0])
        assert carrying[first:].all()
        assert tokenizer.decode(tokens[:first]).endswith(f"{sample.question.text}<assistant>")


def test_the_picture_reaches_the_answer(vlm: VisionLanguageModel, seen: list[Sample]) -> None:
    batch = collate(vlm, encode(vlm, seen[:1]), for_generation=False)
    with torch.no_grad():
        before = vlm.model(**batch).logits
        after = vlm.model(**batch | {"pixel_values": -batch["pixel_values"]}).logits
    assert not torch.equal(before[:, -1], after[:, -1])


def test_shared_answers_equal_those_of_plain_generate(
    vlm: VisionLanguageModel, seen: list[Sample], told: list[Sample]
) -> None:
    teach(vlm, [*seen, *told], [], title="teaching", seed=0, progress=Silent())
    both = [*seen, *told]
    examples = encode(vlm, both)
    groups = find_groups(vlm, examples)
    assert groups is not None
    assert len(groups) == len({sample.question.picture for sample in both}) < len(both) / 2
    with torch.no_grad():
        assert rows_that_share(vlm, examples, groups) == vlm.spec.answer_batch_size
    small = replace(vlm, spec=vlm.spec.model_copy(update={"answer_batch_size": 4}))
    said = asked(small, both)
    for place, sample in enumerate(both):
        prompt = collate(vlm, encode(vlm, [sample]), for_generation=True)
        output = vlm.model.generate(**prompt, do_sample=False, max_new_tokens=vlm.spec.max_new_tokens)
        new = output[0, prompt["input_ids"].shape[1] :]
        assert said[place].text == vlm.processor.tokenizer.decode(new, skip_special_tokens=True).strip()
    whole = [found.probability for batch in answer(small, both, share=False) for found in sorted(batch)]
    assert sorted(found.probability for found in said) == pytest.approx(sorted(whole), rel=1e-3)


def test_questions_about_one_picture_are_encoded_as_each_by_itself(
    vlm: VisionLanguageModel, seen: list[Sample], told: list[Sample]
) -> None:
    for example, sample in zip(encode(vlm, [*seen, *told]), [*seen, *told], strict=True):
        (alone,) = encode(vlm, [sample])
        assert example.prompt_length == alone.prompt_length
        for found, expected in ((example.tokens, alone.tokens), (example.picture, alone.picture)):
            assert found.keys() == expected.keys()
            assert all(torch.equal(tensor, expected[name]) for name, tensor in found.items())


def test_adapters_may_change_the_decoder_and_nothing_that_sees(vlm: VisionLanguageModel) -> None:
    linears = vlm.decoder_linears()
    seeing = {id(module) for module in vlm.vision_tower().modules()}
    assert len(linears) == 2 * 7  # two blocks: four projections of attention, three of the feed-forward
    assert not any(id(module) in seeing for module in linears.values())
    assert vlm.model.get_output_embeddings() not in linears.values()


def test_teaching_moves_the_decoder_and_leaves_the_tower(vlm: VisionLanguageModel, seen: list[Sample]) -> None:
    tower = copied(dict(vlm.vision_tower().named_parameters()))
    weights = copied({name: module.weight for name, module in vlm.decoder_linears().items()})
    before = [said.probability for said in asked(vlm, seen)]
    teach(vlm, seen, [], title="teaching", seed=0, progress=Silent())
    assert all(torch.equal(kept, dict(vlm.vision_tower().named_parameters())[name]) for name, kept in tower.items())
    assert all(not torch.equal(kept, vlm.decoder_linears()[name].weight) for name, kept in weights.items())
    assert sum(said.probability for said in asked(vlm, seen)) > sum(before)


def test_a_change_is_merged_into_the_saved_files_without_loading_them(vlm: VisionLanguageModel, tmp_path: Path) -> None:
    linears = vlm.decoder_linears()
    factors = {
        name: LowRank(torch.ones(1, module.in_features), torch.ones(module.out_features, 1), 1.0)
        for name, module in linears.items()
    }
    vlm.save(tmp_path / "saved")
    lora = LoraAdapter(vlm.fingerprint(), factors)
    names = linear_names(vlm.spec, tmp_path / "saved")
    assert names == [*linears]
    assert merge_saved(tmp_path / "saved", names, lora, tmp_path / "merged", modality=Modality.TEXT)
    places = match(names, find_tensors(tmp_path / "merged"))
    assert places is not None
    assert all(torch.equal(places[name].read(), module.weight + 1) for name, module in linears.items())


def test_a_saved_model_is_the_same_when_it_is_loaded(
    vlm: VisionLanguageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vlm.save(tmp_path / "saved")
    monkeypatch.setattr("transformers.AutoProcessor.from_pretrained", lambda *_, **__: vlm.processor)
    assert load_model(vlm.spec, tmp_path / "saved").fingerprint(whole=True) == vlm.fingerprint(whole=True)


def test_packing_reaches_what_adapters_may_change_and_nothing_else(
    vlm: VisionLanguageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vlm.save(tmp_path / "saved")
    monkeypatch.setattr("transformers.AutoProcessor.from_pretrained", lambda *_, **__: vlm.processor)
    packed = load_model(vlm.spec.loaded_as(Loading(quantization="8bit")), tmp_path / "saved")
    found = {
        name for name, module in packed.model.named_modules() if isinstance(module, nn.Linear) and is_packed(module)
    }
    assert found == packed.decoder_linears().keys() == vlm.decoder_linears().keys()


@pytest.mark.parametrize("method", METHODS)
def test_a_method_changes_answers_and_its_saved_adapter_gives_the_same(
    method: str, vlm: VisionLanguageModel, unlearn_data: UnlearnData, seen: list[Sample], tmp_path: Path
) -> None:
    before = list(asked(vlm, seen))
    options = {"k": "inf"} if method == "smfa" else {}
    adapter = make_method(method, options, vlm.spec.adapting).unlearn(vlm, unlearn_data, seed=0, progress=Silent())
    assert list(asked(vlm, seen)) == before
    assert set(adapter.names()) == set(vlm.decoder_linears())
    with attached(vlm, adapter, Modality.IMAGE):
        after = list(asked(vlm, seen))
    assert after != before
    save_adapter(adapter, tmp_path / "adapter")
    with attached(vlm, load_adapter(tmp_path / "adapter"), Modality.IMAGE):
        assert list(asked(vlm, seen)) == after


def asked(vlm: VisionLanguageModel, samples: list[Sample]) -> list[Answered]:
    """Return all answers in the order of the questions."""
    return sorted(said for batch in answer(vlm, samples) for said in batch)


def copied(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return copies that training can't reach."""
    return {name: tensor.detach().clone() for name, tensor in tensors.items()}
