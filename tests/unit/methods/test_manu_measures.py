"""MANU's measures, by hand."""

import pytest
import torch

from smfa_bench_methods.manu_measures import measured


def test_the_four_measures_by_hand() -> None:
    pictured = torch.tensor([[3.0, -1.0, 0.05], [1.0, -1.0, 0.05]])
    text = torch.tensor([[-1.0, -1.0, -0.05]])
    # First neuron: mean sizes 2 and 1, always above the threshold, variances 1 and 0, mean squares 5 and 1.
    # Second: the same in both. Third: the same in both, and below the threshold.
    expected = torch.tensor([1 / 3 + 0 + 1 + (4 / 6) ** 0.5, 0.0, 0.0])
    assert torch.allclose(measured(pictured, text), expected, atol=1e-4)


def test_how_often_a_neuron_fires_counts_from_a_threshold() -> None:
    pictured, text = torch.tensor([[0.2], [-0.2]]), torch.tensor([[0.2], [0.0]])
    # Mean sizes 0.2 and 0.1, firing shares 1 and 1/2, variances 0.04 and 0.01, mean squares 0.04 and 0.02.
    expected = 1 / 3 + 1 / 3 + 0.05**0.5 + (1 / 3) ** 0.5
    assert measured(pictured, text).item() == pytest.approx(expected, abs=2e-4)


def test_questions_of_one_kind_alone_leave_what_a_neuron_varies_by() -> None:
    pictured = torch.tensor([[3.0, 2.0], [1.0, 2.0]])
    nothing = torch.empty(0, 2)
    assert torch.allclose(measured(pictured, nothing), torch.tensor([4.0, 3.0]), atol=1e-4)
    assert torch.allclose(measured(nothing, pictured), torch.tensor([4.0, 3.0]), atol=1e-4)
