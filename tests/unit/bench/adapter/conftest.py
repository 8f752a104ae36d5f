"""Adapters of the small model, made by hand."""

from typing import TYPE_CHECKING

import pytest
import torch

if TYPE_CHECKING:
    from smfa_bench.adapter.adapter import LoraAdapter
    from smfa_bench.models.vision_language import VisionLanguageModel


@pytest.fixture
def lora(small_vlm: "VisionLanguageModel") -> "LoraAdapter":
    """A random change of every decoder matrix."""
    from smfa_bench.adapter.adapter import LoraAdapter
    from smfa_bench.adapter.low_rank import LowRank

    generator = torch.Generator().manual_seed(0)
    factors = {
        name: LowRank(
            torch.randn(2, module.in_features, generator=generator),
            torch.randn(module.out_features, 2, generator=generator),
            0.5,
        )
        for name, module in small_vlm.decoder_linears().items()
    }
    return LoraAdapter(small_vlm.fingerprint(), factors, curves={"training": [1.5, 0.1 + 0.2]})
