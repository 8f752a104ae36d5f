"""Memory by formula against memory counted on small decoders: within 15 %."""

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from smfa_bench.models.memory import TRAINED, Shape, activations, answering, lora, weights

SHAPES = [Shape(96, 256, 2, 4, 2, 24, 300, tied=True), Shape(64, 192, 4, 4, 4, 16, 512, tied=False)]
CLOSE = 0.15
BATCH, LENGTH, RANK = 2, 48, 4


def decoder(shape: Shape) -> LlamaForCausalLM:
    config = LlamaConfig(
        vocab_size=shape.words,
        hidden_size=shape.hidden,
        intermediate_size=shape.mlp,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.key_heads,
        head_dim=shape.head_width,
        tie_word_embeddings=shape.tied,
    )
    return LlamaForCausalLM(config)


def bytes_of(tensors: list[Tensor]) -> int:
    return sum({tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes() for tensor in tensors}.values())


@pytest.mark.parametrize("shape", SHAPES)
def test_weights_and_keys_and_values_are_as_counted(shape: Shape) -> None:
    model = decoder(shape)
    assert weights(shape, width=4) == bytes_of(list(model.parameters()))
    with torch.no_grad():
        kept = model(input_ids=torch.zeros(BATCH, LENGTH, dtype=torch.long), use_cache=True).past_key_values
    found = bytes_of([tensor for layer in kept.layers for tensor in (layer.keys, layer.values)])
    assert answering(shape, tokens=BATCH * LENGTH, width=4) == pytest.approx(found, rel=CLOSE)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_lora_training_takes_is_as_counted(shape: Shape) -> None:
    linears = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    model = get_peft_model(
        decoder(shape), LoraConfig(r=RANK, lora_alpha=RANK, lora_dropout=0.05, target_modules=linears)
    ).train()
    trained = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    assert lora(shape, rank=RANK) == TRAINED * trained
    parameters = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
    kept: list[Tensor] = []

    def keep(tensor: Tensor) -> Tensor:
        if tensor.untyped_storage().data_ptr() not in parameters:
            kept.append(tensor)
        return tensor

    asked = torch.zeros(BATCH, LENGTH, dtype=torch.long)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model(input_ids=asked, labels=asked)
    expected = activations(shape, rank=RANK, tokens=BATCH * LENGTH, width=4)
    assert expected == pytest.approx(bytes_of(kept), rel=CLOSE)
