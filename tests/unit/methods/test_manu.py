"""MANU: its measures by hand, and which neurons fall silent."""

import pytest
import torch

from smfa_bench.adapter.adapter import Modality, attached
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import BenchError, UsageError
from smfa_bench.models.encoding import encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.manu import Manu, ManuConfig, highest, importance, measured, output_linears


def test_the_four_measures_by_hand() -> None:
    activations = torch.tensor([[3.0, -1.0], [1.0, -1.0]])
    mean_size, share_positive, spread, root = (2.0, 1.0), (1.0, 0.0), (1.0, 0.0), (5.0**0.5, 1.0)
    expected = torch.tensor([mean_size, share_positive, spread, root]).sum(0)
    assert torch.allclose(measured(activations), expected)


def test_importance_is_that_of_what_predicts_the_answer(small_vlm: VisionLanguageModel, one_pair: UnlearnData) -> None:
    linears = output_linears(small_vlm)
    name, linear = next(iter(linears.items()))
    [example] = encode(small_vlm, one_pair.forget[:1])
    seen: list[torch.Tensor] = []
    hook = linear.register_forward_pre_hook(lambda _, given: seen.append(given[0][0]))
    with torch.no_grad():
        small_vlm.model(**{key: tensor[None] for key, tensor in example.tokens.items()}, **example.picture)
    hook.remove()
    by_hand = measured(seen[0][example.prompt_length - 1 : -1])
    assert torch.allclose(importance(small_vlm, one_pair.forget[:1], linears)[name], by_hand, atol=1e-5)


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
