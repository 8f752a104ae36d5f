"""Rounding to int8 and back."""

import torch

from smfa_bench.models.rounding import LEVELS, round_to_int8
from smfa_bench.models.vision_language import VisionLanguageModel


def test_each_row_has_at_most_255_values_and_moves_by_half_a_step_at_most(own_vlm: VisionLanguageModel) -> None:
    before = {name: module.weight.detach().clone() for name, module in own_vlm.decoder_linears().items()}
    first = next(iter(own_vlm.decoder_linears().values()))
    with torch.no_grad():
        first.weight[0] = 0.0
        before[next(iter(before))][0] = 0.0
    round_to_int8(own_vlm)
    for name, module in own_vlm.decoder_linears().items():
        steps = before[name].abs().amax(dim=1, keepdim=True) / LEVELS
        assert ((module.weight - before[name]).abs() <= steps * 0.501).all()
        assert module.weight.isfinite().all()
    once = {name: module.weight.detach().clone() for name, module in own_vlm.decoder_linears().items()}
    round_to_int8(own_vlm)
    for name, module in own_vlm.decoder_linears().items():
        torch.testing.assert_close(module.weight, once[name])
