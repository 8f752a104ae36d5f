"""Model Tailor: which entries are kept, and how the rest is compensated for, by hand."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from smfa_bench.adapter.adapter import Modality
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.encoding import collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_methods.model_tailor import (
    ModelTailor,
    ModelTailorConfig,
    compensated,
    damped,
    input_products,
    patch,
)

HESSIAN = torch.tensor([[2.0, 1.0], [1.0, 2.0]], dtype=torch.float64)


def test_a_kept_entry_takes_over_what_a_cut_one_did() -> None:
    change = torch.tensor([[1.0, 2.0], [4.0, 0.0], [1.0, 1.0], [3.0, 5.0]])
    kept = torch.tensor([[False, True], [True, False], [False, False], [True, True]])
    # First row: (1 · 1 + 2 · 2) / 2 = 2.5; second: (2 · 4 + 1 · 0) / 2 = 4.
    expected = torch.tensor([[0.0, 2.5], [4.0, 0.0], [0.0, 0.0], [3.0, 5.0]])
    torch.testing.assert_close(compensated(change, HESSIAN, kept), expected)


def test_kept_are_entries_that_are_large_and_costly_to_cut() -> None:
    # Inverse of diag(1, 100, 1): diagonal 1, 0.01, 1. Salience 3, 2, 1, sensitivity 9, 400, 1: the second costs more.
    change, hessian = torch.tensor([[3.0, -2.0, 1.0]]), torch.diag(torch.tensor([1.0, 100.0, 1.0], dtype=torch.float64))
    assert patch(change, hessian, keep=1 / 3).tolist() == [[False, True, False]]
    assert patch(change, torch.eye(3).double(), keep=1 / 3).tolist() == [[True, False, False]]
    assert patch(change, hessian, keep=0.01).sum() == 1


def test_salience_and_sensitivity_weigh_by_how_much_they_spread() -> None:
    # Salience 9, 6, 7, standard deviation 1.25; sensitivity 81, 144, 49, standard deviation 39.5.
    # In deviations 9.27, 8.46, 6.85. In means, 7.33 and 91.3, it would be 2.11, 2.39, 1.49.
    hessian = torch.diag(torch.tensor([1.0, 4.0, 1.0], dtype=torch.float64))
    assert patch(torch.tensor([[9.0, 6.0, 7.0]]), hessian, keep=1 / 3).tolist() == [[True, False, False]]


def test_what_is_the_same_everywhere_decides_nothing() -> None:
    hessian = torch.diag(torch.tensor([1.0, 4.0, 2.0], dtype=torch.float64))
    assert patch(torch.full((1, 3), 0.1), hessian, keep=1 / 3).tolist() == [[False, True, False]]
    assert patch(torch.zeros(2, 3), hessian, keep=1 / 3).sum() == 2


def test_damping_adds_a_share_of_the_mean_diagonal() -> None:
    assert damped(torch.tensor([[3.0, 1.0], [1.0, 1.0]]), damping=0.5).tolist() == [[4.0, 1.0], [1.0, 2.0]]


def test_input_products_give_the_size_of_a_layers_output(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    samples = unlearn_data.forget[:2]
    found = input_products(small_vlm, samples)
    assert set(found) == set(small_vlm.decoder_linears())
    name, linear = list(small_vlm.decoder_linears().items())[-1]
    outputs: list[Tensor] = []
    hook = linear.register_forward_hook(lambda _, __, output: outputs.append(output))
    with torch.no_grad():
        for example in encode(small_vlm, samples):
            small_vlm.model(**collate(small_vlm, [example], for_generation=False))
    hook.remove()
    weight = linear.weight.detach()
    size = sum(output.square().sum().item() for output in outputs)
    assert (weight @ found[name] @ weight.T).trace().item() == pytest.approx(size, rel=1e-4)


def test_a_share_of_each_matrix_changes(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    data = replace(unlearn_data, forget=unlearn_data.forget[:4], few_shot=unlearn_data.few_shot[:4])
    config = ModelTailorConfig(epochs=1, learning_rate=1e-2, batch_size=2, keep=0.25)
    adapter = ModelTailor(config).unlearn(small_vlm, data, seed=0, progress=Silent())
    for name in adapter.names():
        change = adapter.delta(name, Modality.TEXT)
        assert change.count_nonzero() == round(0.25 * change.numel())
