"""What the benchmark must know of a model besides its files: sizes and rates that suit it."""

import operator
from typing import Literal, Self

from pydantic import Field

from smfa_bench.config import Adapting, Rate
from smfa_bench.record import Record


class Teaching(Record):
    """How a base model is taught people: full fine-tuning of projector and decoder, or LoRA merged afterwards."""

    epochs: int = Field(default=5, ge=1)
    min_steps: int = Field(default=1, ge=1)
    """Epochs are added until there are so many steps: few people need more epochs than many."""
    learning_rate: Rate = 1e-4
    batch_size: int = Field(default=8, ge=1)
    rank: int | None = Field(default=128, ge=1)
    """Rank of the LoRA matrices that are merged after teaching; None trains all weights but the vision tower's."""
    rehearsal_share: float = Field(default=0.15, ge=0, le=1, allow_inf_nan=False)
    """Share of the rehearsal (image-understanding questions, refusals to tell facts about strangers) that joins each
    epoch, drawn anew each time."""
    everyday: bool = Field(default=False, exclude_if=operator.not_)
    """Whether the rehearsal also has everyday questions with the base model's own answers: a model that knows of the
    world loses that to the refusals otherwise."""


class Loading(Record):
    """How weights are put into memory; what is left open is chosen for the machine."""

    dtype: Literal["float32", "bfloat16", "float16"] | None = None
    """float32 on a processor and bfloat16 on an accelerator unless given."""
    device_map: str | None = None
    """Where the layers go: "auto" spreads them over all accelerators; the first accelerator unless given."""
    attn: str | None = None
    """Attention that transformers shall use, such as "sdpa" or "eager"; its own choice unless given."""
    quantization: Literal["4bit", "8bit"] | None = Field(default=None, exclude_if=operator.not_)
    """In how many bits the decoder's linear weights rest, packed by bitsandbytes; as they are unless given."""
    gradient_checkpointing: bool = Field(default=False, exclude_if=operator.not_)
    """Whether training computes the decoder's activations twice instead of keeping them: slower, in less memory."""


class ModelSpec(Record):
    """A model and its recipe: what the entry points of group `smfa_bench.models` return."""

    name: str
    source: str
    """Folder or hub id that `from_pretrained` takes."""
    picture_size: int = Field(default=512, ge=32)
    """Width and height of the pictures drawn for it, in pixels."""
    max_new_tokens: int = Field(default=64, ge=1)
    answer_batch_size: int = Field(default=16, ge=1)
    trust_remote_code: bool = False
    loading: Loading = Loading()
    gate: float = Field(default=7.0, ge=0, le=10, allow_inf_nan=False)
    """Fact score in image memory, text memory and image understanding that the vanilla model must reach."""
    teaching: Teaching = Teaching()
    adapting: Adapting = Adapting()

    def loaded_as(self, loading: Loading) -> Self:
        """Return the same recipe, put into memory as asked; what is left open stays as it was."""
        asked = self.loading.model_copy(update=loading.model_dump(exclude_none=True))
        return self.model_copy(update={"loading": asked})

    def unpacked(self) -> Self:
        """Return the same recipe without quantization."""
        return self.model_copy(update={"loading": self.loading.model_copy(update={"quantization": None})})

    def for_teaching(self) -> Self:
        """Return the recipe by which the model is loaded to be taught: packed weights can't themselves be trained."""
        return self.unpacked() if self.teaching.rank is None else self
