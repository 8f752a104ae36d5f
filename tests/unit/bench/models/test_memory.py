"""Memory by formula against memory counted on small decoders: within 15 %."""

from dataclasses import replace

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM, Mamba2Config, MixtralConfig, PreTrainedConfig

from helpers.families import FAMILIES, make_family
from helpers.saved import kept_for_the_way_back
from smfa_bench.models.memory import TRAINED, Shape, activations, answering, lora, shape_of, weights

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
    asked = torch.zeros(BATCH, LENGTH, dtype=torch.long)
    with kept_for_the_way_back(model) as kept:
        model(input_ids=asked, labels=asked)
    assert activations(shape, rank=RANK, tokens=BATCH * LENGTH, width=4) == pytest.approx(kept(), rel=CLOSE)
    with kept_for_the_way_back(model) as kept:
        model(input_ids=asked, labels=asked[:, -8:], logits_to_keep=8)
    told = activations(shape, rank=RANK, tokens=BATCH * LENGTH, width=4, told=BATCH * 8)
    assert told == pytest.approx(kept(), rel=CLOSE)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_kept_when_blocks_are_recomputed_is_what_goes_in_and_one_block(shape: Shape) -> None:
    whole, parts = (
        activations(shape, rank=RANK, tokens=100, width=2, recomputed=recomputed) for recomputed in (False, True)
    )
    one = activations(replace(shape, layers=1), rank=RANK, tokens=100, width=2)
    assert parts == one + 2 * 100 * (shape.layers - 1) * shape.hidden
    assert parts < whole


@pytest.mark.parametrize("family", FAMILIES)
def test_the_sizes_of_every_family_are_read_from_its_config(family: str) -> None:
    vlm = make_family(family)
    shape = shape_of(vlm.model.config)
    assert shape is not None
    head = vlm.model.get_output_embeddings().weight
    words = vlm.model.get_input_embeddings().weight
    counted = bytes_of([*vlm.model.get_decoder().parameters(), words, head])
    assert weights(shape, width=4) == pytest.approx(counted, rel=CLOSE)
    found = {tuple(reversed(module.weight.shape)) for module in vlm.decoder_linears().values()}
    assert set(shape.linears()) == found


@pytest.mark.parametrize("config", [MixtralConfig(), Mamba2Config()])
def test_a_decoder_of_another_kind_has_no_such_sizes(config: PreTrainedConfig) -> None:
    assert shape_of(config) is None
