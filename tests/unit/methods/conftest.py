"""What the tests of losses share: a network in the midst of a training, and the precision to check it by hand."""

from dataclasses import replace

import pytest
import torch
from accelerate.state import AcceleratorState
from peft import LoraConfig as PeftConfig
from peft import get_peft_model

import smfa_bench.training.loop as loop
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.vision_language import VisionLanguageModel


@pytest.fixture
def float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training in full precision."""
    monkeypatch.setattr(loop, "precision", lambda: "no")
    # The precision is set once a process, and an earlier test may have set another.
    monkeypatch.setattr(AcceleratorState, "_shared_state", {})


@pytest.fixture
def changed_vlm(own_vlm: VisionLanguageModel) -> VisionLanguageModel:
    """The small model wrapped in LoRA matrices that have moved: it no longer answers as the vanilla model does."""
    targets = list(own_vlm.decoder_linears())
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(3)
        wrapped = get_peft_model(own_vlm.model, PeftConfig(r=2, lora_alpha=2, target_modules=targets))
        for name, parameter in wrapped.named_parameters():
            if "lora_B" in name:
                parameter.normal_(std=0.5)
    own_vlm.model.eval()
    return own_vlm


@pytest.fixture
def one_pair(unlearn_data: UnlearnData) -> UnlearnData:
    """One sample to keep, and one to forget; that twice, since the first step moves half of the LoRA matrices only."""
    forget = unlearn_data.forget[0]
    return replace(unlearn_data, forget=(forget, forget), few_shot=(unlearn_data.few_shot[-1],))
