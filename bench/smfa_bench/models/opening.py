"""What all prompts about one picture begin with, so that the processor sees a picture once and not once a question."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Opening:
    """The beginning of a prompt, up to and with a special token, behind which a tokenizer starts afresh."""

    plain: list[int]
    """Its tokens as the tokenizer writes them, a placeholder for the picture among them."""
    tokens: dict[str, Tensor]
    """Its tensors [T] as the processor writes them."""

    def complete(self, plain: Sequence[int]) -> dict[str, Tensor] | None:
        """Return what the processor would write for a whole prompt; None if that does not begin so.

        Args:
            plain: The prompt's tokens as the tokenizer writes them.
        """
        length = len(self.plain)
        return extend(self.tokens, plain[length:]) if list(plain[:length]) == self.plain else None


def find_opening(
    tokenizer: PreTrainedTokenizerBase, before: str, plain: Sequence[int], tokens: dict[str, Tensor]
) -> Opening | None:
    """Find the opening of one prompt; None if the question's tokens could depend on what stands before them.

    Args:
        tokenizer: Of the model.
        before: The prompt's text before the question.
        plain: The whole prompt's tokens as the tokenizer writes them.
        tokens: Its tensors [T] as the processor writes them.
    """
    dividing = {key for key, token in tokenizer.added_tokens_decoder.items() if token.special and not token.rstrip}
    marks = sum(token in dividing for token in tokenizer(before, add_special_tokens=False)["input_ids"])
    if not marks:
        return None
    cut = [place for place, token in enumerate(plain) if token in dividing][marks - 1] + 1
    end = len(tokens["input_ids"]) - len(plain) + cut
    opening = {name: tensor[:end] for name, tensor in tokens.items()}
    whole = extend(opening, plain[cut:])
    same = all(torch.equal(whole[name], tensor) for name, tensor in tokens.items())
    if not same or end < 1 or int(opening["input_ids"][-1]) not in dividing:
        return None
    return Opening(list(plain[:cut]), opening)


def extend(tokens: dict[str, Tensor], text: Sequence[int]) -> dict[str, Tensor]:
    """Return tensors [T] with the tokens of a text behind them; of a text there is nothing but ids and attention."""
    ids = torch.tensor(text, dtype=torch.long)
    fills = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    return {
        name: torch.cat([tensor, fills.get(name, torch.zeros_like(ids)).to(tensor.dtype)])
        for name, tensor in tokens.items()
    }
