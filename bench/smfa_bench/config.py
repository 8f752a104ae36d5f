"""Options of methods: pydantic models that the command line lists and validates without knowing the method."""

from typing import Annotated, Self

from pydantic import Field

from smfa_bench.record import Record

Rate = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
"""A learning rate."""


class Adapting(Record):
    """How adapters of a model are trained, where a method's own options leave it open."""

    epochs: int = Field(default=5, ge=1)
    learning_rate: Rate = 1e-4
    batch_size: int = Field(default=2, ge=1)


class MethodConfig(Record):
    """Options of a method; subclasses add theirs, each with a default and a description."""

    def resolved(self, adapting: Adapting) -> Self:
        """Return the options with everything that the model's recipe decides filled in; fields of like name match."""
        recipe = {
            name: value
            for name, value in adapting.model_dump().items()
            if name in type(self).model_fields and getattr(self, name) is None
        }
        return self.model_copy(update=recipe)


class LoraConfig(MethodConfig):
    """Options of every method that trains LoRA matrices on the decoder's linear layers."""

    rank: int = Field(default=16, ge=1, description="Rank of the LoRA matrices.")
    alpha: float = Field(default=16.0, gt=0, allow_inf_nan=False, description="The product is scaled by alpha / rank.")
    dropout: float = Field(default=0.05, ge=0, lt=1, description="Dropout before the LoRA matrices.")
    epochs: int | None = Field(default=None, ge=1, description="Passes over the data; the model's recipe unless given.")
    learning_rate: Rate | None = Field(default=None, description="The model's recipe unless given.")
    batch_size: int | None = Field(default=None, ge=1, description="The model's recipe unless given.")
