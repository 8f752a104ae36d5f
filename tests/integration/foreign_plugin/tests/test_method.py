"""The method keeps the contract, and its loss is what it says."""

import math
from types import SimpleNamespace

import torch
from uniform_answers.method import UniformAnswers, ignorance

from smfa_bench.testing import check_method


def test_every_property_of_the_contract_holds() -> None:
    outcomes = check_method(UniformAnswers)
    assert [outcome for outcome in outcomes if not outcome.passed] == []


def test_a_network_without_an_idea_has_the_least_loss() -> None:
    labels = torch.tensor([[-100, 3, 1]])
    flat = ignorance(lambda **_: SimpleNamespace(logits=torch.zeros(1, 3, 8)), {"labels": labels})
    sharp = ignorance(lambda **_: SimpleNamespace(logits=torch.eye(8)[None, :3] * 5), {"labels": labels})
    assert math.isclose(flat.item(), math.log(8), rel_tol=1e-6)
    assert sharp > flat
