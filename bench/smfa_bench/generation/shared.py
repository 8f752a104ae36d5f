"""Answers to questions whose prompts begin alike, from keys and values of that beginning which are there already.

The true answers are read behind the questions in one pass, for their probability. That pass also tells how far greedy
decoding would have said the same, since each token is the model's own choice as long as all before it were: only what
follows has to be decoded token by token, and what was read beyond is masked.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from smfa_bench.generation.cascade import CascadeCache, cascading
from smfa_bench.generation.opened import Opened, kept_logits
from smfa_bench.models.encoding import IGNORED, Example
from smfa_bench.models.vision_language import VisionLanguageModel


@dataclass(frozen=True)
class Reading:
    """A batch of B questions, read with their true answers."""

    cache: CascadeCache
    attended: Tensor
    """Which tokens of the cache stand for something [B, slots]; others are padding."""
    positions: Tensor
    """Position of the first token of each answer [B]."""
    truths: Tensor
    """Tokens of the true answers [B, longest], padded on the right."""
    labels: Tensor
    """The same, with padding marked as carrying no loss [B, longest]."""
    logits: Tensor
    """Of each token of the true answers [B, longest, vocabulary]."""

    def told(self) -> tuple[Tensor, Tensor]:
        """Return the logits and what they should be."""
        return self.logits, self.labels


def read(vlm: VisionLanguageModel, opened: Opened, rows: Sequence[int], examples: Sequence[Example]) -> Reading:
    """Read questions and true answers behind openings, the questions padded on the left and the answers on the right.

    Args:
        vlm: Who is asked.
        opened: Openings that were read before.
        rows: Which of them each question begins with.
        examples: The questions.
    """
    device, start = vlm.device, opened.length
    asked = [example.tokens["input_ids"][start : example.prompt_length] for example in examples]
    told = [example.tokens["input_ids"][example.prompt_length :] for example in examples]
    before, behind = max(map(len, asked)), max(map(len, told))
    ids = torch.full((len(examples), before + behind), vlm.processor.tokenizer.pad_token_id)
    mask = torch.zeros_like(ids)
    for row, (question, answer) in enumerate(zip(asked, told, strict=True)):
        ids[row, before - len(question) : before + len(answer)] = torch.cat([question, answer])
        mask[row, before - len(question) : before + len(answer)] = 1
    ids, mask = ids.to(device), mask.to(device)
    chosen = torch.tensor(rows, device=device)
    first = opened.next_positions[chosen]
    positions = first[:, None] + (mask.cumsum(1) - 1).clamp(min=0)
    cache = opened.cache_for(chosen, room=before + behind - 1 + vlm.spec.max_new_tokens)
    attended = torch.cat([mask.new_ones(len(rows), start), mask[:, :-1]], dim=1)
    with cascading(vlm):
        output = vlm.model(
            input_ids=ids[:, :-1],
            attention_mask=attended,
            position_ids=positions[:, :-1],
            past_key_values=cache,
            openings=cache,
            use_cache=True,
            **kept_logits(vlm, behind),
        )
    truths = ids[:, before:]
    labels = truths.masked_fill(mask[:, before:] == 0, IGNORED)
    return Reading(cache, attended, positions[:, before], truths, labels, output.logits[:, -behind:])


def decode(vlm: VisionLanguageModel, reading: Reading, ends: Collection[int]) -> list[list[int]]:
    """Return the tokens that greedy decoding says, to the end token or the most that the recipe allows.

    Rows that have ended leave the batch.

    Args:
        vlm: Who is asked.
        reading: The batch; its cache is used up.
        ends: The end tokens.
    """
    choices = reading.logits.argmax(-1)
    agreed = (choices == reading.truths).cumprod(1).sum(1).minimum((reading.labels != IGNORED).sum(1) - 1)
    said = [
        _until_end([*truth[:count], choice[count]], ends, vlm.spec.max_new_tokens)
        for truth, choice, count in zip(reading.truths.tolist(), choices.tolist(), agreed.tolist(), strict=True)
    ]
    answer_slots = torch.arange(reading.truths.shape[1] - 1, device=vlm.device)
    attended, cache = reading.attended.clone(), reading.cache
    attended[:, attended.shape[1] - len(answer_slots) :] *= answer_slots < agreed[:, None]
    positions = reading.positions + agreed
    rows = list(range(len(said)))
    with cascading(vlm):
        while True:
            going = [row for row, place in enumerate(rows) if not _ended(said[place], ends, vlm.spec.max_new_tokens)]
            if not going:
                return said
            if len(going) < len(rows):
                kept = torch.tensor(going, device=vlm.device)
                cache.batch_select_indices(kept)
                attended, positions, rows = attended[kept], positions[kept], [rows[row] for row in going]
            attended = torch.cat([attended, attended.new_ones(len(rows), 1)], dim=1)
            output = vlm.model(
                input_ids=torch.tensor([[said[place][-1]] for place in rows], device=vlm.device),
                attention_mask=attended,
                position_ids=positions[:, None],
                past_key_values=cache,
                openings=cache,
                use_cache=True,
            )
            positions = positions + 1
            for place, token in zip(rows, output.logits[:, -1].argmax(-1).tolist(), strict=True):
                said[place].append(token)


def _ended(tokens: Sequence[int], ends: Collection[int], most: int) -> bool:
    return tokens[-1] in ends or len(tokens) >= most


def _until_end(tokens: list[int], ends: Collection[int], most: int) -> list[int]:
    first = next((place for place, token in enumerate(tokens) if token in ends), len(tokens))
    return tokens[: min(first + 1, most)]
