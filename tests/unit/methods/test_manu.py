"""MANU: which activations it looks at, and which neurons fall silent."""

import pytest
import torch

from smfa_bench.adapter.adapter import Modality, attached
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import BenchError, UsageError
from smfa_bench.models.encoding import encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.manu import Manu, ManuConfig, activations, highest, importance, output_linears
from smfa_bench_methods.manu_measures import measured


def test_activations_are_those_that_predict_the_answer(small_vlm: VisionLanguageModel, one_pair: UnlearnData) -> None:
    linears = output_linears(small_vlm)
    name, linear = next(iter(linears.items()))
    [example] = encode(small_vlm, one_pair.forget[:1])
    seen: list[torch.Tensor] = []
    hook = linear.register_forward_pre_hook(lambda _, given: seen.append(given[0][0]))
    with torch.no_grad():
        small_vlm.model(**{key: tensor[None] for key, tensor in example.tokens.items()}, **example.picture)
    hook.remove()
    by_hand = seen[0][example.prompt_length - 1 : -1]
    assert torch.allclose(activations(small_vlm, one_pair.forget[:1], linears)[name], by_hand, atol=1e-5)
    assert activations(small_vlm, [], linears)[name].shape == (0, linear.in_features)


def test_importance_sets_questions_with_a_picture_against_those_without(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    linears = output_linears(small_vlm)
    pictured = [sample for sample in unlearn_data.forget if sample.pictured][:2]
    text = [sample for sample in unlearn_data.forget if not sample.pictured][:2]
    found = importance(small_vlm, [text[0], *pictured, text[1]], linears)
    parts = (activations(small_vlm, part, linears) for part in (pictured, text))
    one, other = parts
    for name, score in found.items():
        assert torch.allclose(score, measured(one[name], other[name]), atol=1e-5)


def test_neurons_compete_across_blocks() -> None:
    chosen = highest({"one": torch.tensor([1.0, 9.0, 8.0]), "two": torch.tensor([2.0, 7.0, 0.0])}, share=0.5)
    assert {name: mask.tolist() for name, mask in chosen.items()} == {
        "one": [False, True, True],
        "two": [False, True, False],
    }


def test_the_neurons_chosen_say_nothing_any_more(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    adapter = Manu(ManuConfig(share=0.25)).unlearn(small_vlm, unlearn_data, seed=0, progress=Silent())
    linears = output_linears(small_vlm)
    assert set(adapter.names()) <= set(linears)
    with attached(small_vlm, adapter, Modality.IMAGE):
        silent = sum(int((linears[name].weight == 0).all(0).sum()) for name in adapter.names())
    assert silent == round(0.25 * sum(linear.in_features for linear in linears.values()))


def test_without_people_to_keep_it_has_nothing_to_compare(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    alone = UnlearnData(forget=unlearn_data.forget, few_shot=())
    with pytest.raises(UsageError, match="MANU compares"):
        Manu().unlearn(small_vlm, alone, seed=0, progress=Silent())


def test_a_decoder_without_an_mlp_is_refused(small_vlm: VisionLanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    attention = {name: linear for name, linear in small_vlm.decoder_linears().items() if "mlp" not in name}
    monkeypatch.setattr(type(small_vlm), "decoder_linears", lambda _: attention)
    with pytest.raises(BenchError, match="no MLP"):
        output_linears(small_vlm)
