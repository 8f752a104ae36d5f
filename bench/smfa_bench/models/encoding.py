"""From samples to tensors: chat template, answer mask, padding. Only answer tokens carry loss."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from smfa_bench.data.sample import Sample
from smfa_bench.errors import UsageError
from smfa_bench.models.opening import Opening, extend, find_opening
from smfa_bench.models.vision_language import VisionLanguageModel

IGNORED = -100
"""Label of a token that carries no loss (the value that torch's cross-entropy skips)."""

Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class Example:
    """One encoded sample; T is its number of tokens."""

    tokens: Tensors
    """Tensors with one entry a token of prompt and answer, each [T]: `input_ids`, `attention_mask`, …"""
    picture: Tensors
    """What the image processor made of the picture, concatenated over a batch along the first dimension."""
    prompt_length: int
    """Number of tokens before the answer, or before what is not given away of it."""
    given: int = 0
    """Number of tokens of the answer that are given away: the last of the prompt."""

    def __len__(self) -> int:
        return len(self.tokens["input_ids"])


def encode(vlm: VisionLanguageModel, samples: Iterable[Sample], leads: Sequence[str] = ()) -> list[Example]:
    """Encode samples, prompt and answer, by the model's own processor and chat template.

    The picture tensors of one picture are kept once and shared by all its samples.

    Args:
        vlm: The model whose processor is used.
        samples: What to encode.
        leads: First words of each answer that are given away, cut at the last token that lies wholly within them; the
            last token of an answer never is. Nothing is by default.

    Raises:
        UsageError: If the chat template does not put the answer behind the prompt.
    """
    asked = list(samples)
    prompts = [_conversation(vlm, sample, answer=None) for sample in asked]
    wholes = [_conversation(vlm, sample, answer=sample.answer) for sample in asked]
    if not all(map(str.startswith, wholes, prompts)):
        raise UsageError(f"the chat template of {vlm.spec.source} does not put the answer behind the prompt.")
    answers = _tokenized(vlm, [whole[len(prompt) :] for whole, prompt in zip(wholes, prompts, strict=True)])
    pictures: dict[str, Tensors] = {}
    openings: dict[str | None, Opening | None] = {}
    examples = []
    for sample, prompt, plain, answer in zip(asked, prompts, _tokenized(vlm, prompts), answers, strict=True):
        name = sample.question.picture
        opening = openings.get(name)
        tokens, picture = opening.complete(plain) if opening else None, pictures.get(name or "", {})
        if tokens is None:
            tokens, picture = _process(vlm, prompt, sample.picture)
            if name not in openings:
                before = prompt.partition(sample.question.text)[0]
                openings[name] = find_opening(vlm.processor.tokenizer, before, plain, tokens)
        if name is not None:
            picture = pictures.setdefault(name, picture)
        examples.append(Example(extend(tokens, answer), picture, len(tokens["input_ids"])))
    if not leads:
        return examples
    return [_led(vlm.processor.tokenizer, example, words) for example, words in zip(examples, leads, strict=True)]


def encode_wordings(vlm: VisionLanguageModel, samples: Iterable[Sample]) -> list[tuple[Example, ...]]:
    """Encode each sample in all its wordings, as `encode` does, its own first."""
    asked = [tuple(sample.wordings()) for sample in samples]
    encoded = iter(encode(vlm, (sample for wordings in asked for sample in wordings)))
    return [tuple(islice(encoded, len(wordings))) for wordings in asked]


def collate(vlm: VisionLanguageModel, examples: Sequence[Example], *, for_generation: bool) -> Tensors:
    """Pad examples to one batch on the model's device; B rows, T = the longest example.

    Args:
        vlm: The model the batch is for.
        examples: At least one.
        for_generation: Take the prompts alone and pad on the left; otherwise take prompts and answers, pad on the
            right and add `labels` [B, T].
    """
    ends = [example.prompt_length if for_generation else len(example) for example in examples]
    length = max(ends)
    pad_token = vlm.processor.tokenizer.pad_token_id
    batch: Tensors = {}
    for name in examples[0].tokens:
        fill = pad_token if name == "input_ids" else 0
        rows = [
            _pad(example.tokens[name][:end], length, fill, left=for_generation)
            for example, end in zip(examples, ends, strict=True)
        ]
        batch[name] = torch.stack(rows)
    if not for_generation:
        batch["labels"] = torch.stack([_labels(example, length) for example in examples])
    for name in {name: None for example in examples for name in example.picture}:
        batch[name] = torch.cat([example.picture[name] for example in examples if name in example.picture])
    return {name: tensor.to(vlm.device) for name, tensor in batch.items()}


def _led(tokenizer: Any, example: Example, words: str) -> Example:
    answer = example.tokens["input_ids"][example.prompt_length :].tolist()
    given = 0
    for count in range(1, len(answer)):
        if not words.startswith(tokenizer.decode(answer[:count], skip_special_tokens=True).strip()):
            break
        given = count
    return replace(example, prompt_length=example.prompt_length + given, given=given)


def _conversation(vlm: VisionLanguageModel, sample: Sample, *, answer: str | None) -> str:
    content = [{"type": "image"}] if sample.pictured else []
    content.append({"type": "text", "text": sample.question.text})
    messages = [{"role": "user", "content": content}]
    if answer is not None:
        messages.append({"role": "assistant", "content": [{"type": "text", "text": answer}]})
    text: str = vlm.processor.apply_chat_template(messages, add_generation_prompt=answer is None)
    return text


def _process(vlm: VisionLanguageModel, text: str, picture: Image.Image | None) -> tuple[Tensors, Tensors]:
    """Return the tensors with one entry a token, each [T], and those of the picture, as the processor shapes them."""
    images = {} if picture is None else {"images": [picture]}
    encoded = vlm.processor(text=[text], return_tensors="pt", add_special_tokens=False, **images)
    shape = encoded["input_ids"].shape
    tokens = {name: tensor[0] for name, tensor in encoded.items() if tensor.shape == shape}
    return tokens, {name: tensor for name, tensor in encoded.items() if name not in tokens}


def _tokenized(vlm: VisionLanguageModel, texts: list[str]) -> list[list[int]]:
    if not texts:
        return []
    ids: list[list[int]] = vlm.processor.tokenizer(texts, add_special_tokens=False)["input_ids"]
    return ids


def _labels(example: Example, length: int) -> Tensor:
    labels = example.tokens["input_ids"].clone()
    labels[: example.prompt_length] = IGNORED
    return _pad(labels, length, IGNORED, left=False)


def _pad(tensor: Tensor, length: int, fill: int, *, left: bool) -> Tensor:
    padding = tensor.new_full((length - len(tensor),), fill)
    return torch.cat([padding, tensor] if left else [tensor, padding])
