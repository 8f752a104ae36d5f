"""Answers by transformers' own `generate`, each question read whole: the reference, and for models that must."""

from collections.abc import Sequence

from torch import Tensor

from smfa_bench.models.encoding import Example, collate
from smfa_bench.models.vision_language import VisionLanguageModel


def generate(vlm: VisionLanguageModel, batch: Sequence[Example]) -> list[list[int]]:
    """Return the tokens that greedy decoding says to each question, padding and all."""
    asked = collate(vlm, batch, for_generation=True)
    output: Tensor = vlm.model.generate(
        **asked,
        do_sample=False,
        max_new_tokens=vlm.spec.max_new_tokens,
        pad_token_id=vlm.processor.tokenizer.pad_token_id,
    )
    new: list[list[int]] = output[:, asked["input_ids"].shape[1] :].tolist()
    return new


def tell(vlm: VisionLanguageModel, batch: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """Return logits [B, T - 1, V] of all tokens but the first, and what they should be: the labels [B, T - 1]."""
    told = collate(vlm, batch, for_generation=False)
    labels = told.pop("labels")
    logits: Tensor = vlm.model(**told).logits
    return logits[:, :-1], labels[:, 1:]
