"""Decoders whose linear weights rest in 4 or 8 bits, packed by bitsandbytes: asked for, read and unpacked.

4 bits are NF4 in blocks of 64 with a float32 scale each (QLoRA, arXiv 2305.14314), 8 bits are LLM.int8() (arXiv
2208.07339): whole numbers with a scale a row, and inputs that are rounded to such numbers too.
"""

from collections.abc import Collection, Iterable
from importlib.util import find_spec
from typing import Any, Final

import torch
from torch import Tensor, nn
from transformers import BitsAndBytesConfig, PreTrainedModel
from transformers.utils import logging

from smfa_bench.errors import PrerequisiteError

BLOCK: Final = 64
"""Numbers in 4 bits that have one scale."""
BYTES: Final = {"4bit": 0.5 + 4 / BLOCK, "8bit": 1.0}
"""That a packed weight takes; the scales of rows are not counted."""


def packing(quantization: str, *, dtype: torch.dtype, whole: Collection[str]) -> BitsAndBytesConfig:
    """Return what tells transformers to pack a model's linear weights as it loads them.

    Args:
        quantization: A key of `BYTES`.
        dtype: In which products are taken.
        whole: Full names of the modules whose weights stay as they are.

    Raises:
        PrerequisiteError: If bitsandbytes is not installed.
    """
    if find_spec("bitsandbytes") is None:
        raise PrerequisiteError("--quantization needs bitsandbytes: pip install 'smfa-bench[quantization]'.")
    logging.get_logger("bitsandbytes").setLevel(logging.ERROR)  # it warns of float32 inputs, layer by layer
    four = quantization == "4bit"
    return BitsAndBytesConfig(
        load_in_4bit=four,
        load_in_8bit=not four,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=dtype,
        llm_int8_skip_modules=list(whole),
    )


def check_packed(source: str, linears: Iterable[nn.Linear]) -> None:
    """Refuse 4-bit weights on a processor whose rows end within a block: bitsandbytes (to 0.50.2) reads them wrongly.

    Raises:
        PrerequisiteError: If there are such.
    """
    for linear in linears:
        four = linear.weight.dtype == torch.uint8 and linear.weight.device.type == "cpu"
        if four and linear.in_features % BLOCK == BLOCK // 2:
            raise PrerequisiteError(
                f"{source} has rows of {linear.in_features} numbers, which bitsandbytes reads wrongly in 4 bits on a "
                "processor; use --quantization 8bit."
            )


def keep_packed(linears: Iterable[nn.Linear]) -> None:
    """Keep bitsandbytes from packing 4-bit weights otherwise at the first product.

    It does (0.50.2) where the processor multiplies bfloat16: the weights are other bytes then, in a form that takes
    outputs in multiples of 32 and that is not unpacked again.
    """
    for linear in linears:
        if hasattr(linear, "support_avx512bf16_for_cpu"):
            linear.support_avx512bf16_for_cpu = False  # type: ignore[assignment]  # of bitsandbytes


def is_packed(linear: nn.Linear) -> bool:
    """Return whether the entries of a layer's weight are no numbers of its own."""
    return not linear.weight.is_floating_point()


def unpacked(linear: nn.Linear, dtype: torch.dtype) -> Tensor:
    """Return a layer's weight [out, in]: a new tensor of a type if it is packed, the weight itself if not."""
    if not is_packed(linear):
        return linear.weight
    from bitsandbytes import functional

    layer: Any = linear  # of bitsandbytes: `nn.Linear` with more to it
    weight = layer.weight
    if weight.dtype == torch.int8:
        scales = weight.SCB if layer.state.SCB is None else layer.state.SCB  # they move there with the first input
        found: Tensor = functional.int8_vectorwise_dequant(weight.data, scales)
    else:
        found = functional.dequantize_4bit(weight.data, weight.quant_state)
    return found.to(dtype)


def unpack(model: PreTrainedModel) -> None:
    """Let a model have the weights that it computes with as plain ones; its packed layers are exchanged."""
    if getattr(model, "hf_quantizer", None) is not None:
        model.dequantize(model.dtype)
