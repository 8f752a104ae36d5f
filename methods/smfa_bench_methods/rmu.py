"""RMU, representation misdirection (WMDP, arXiv 2403.03218, section 4): steer activations of the forget set astray."""

from typing import Final, cast

import torch
from pydantic import Field
from torch import Tensor, nn

from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.config import LoraConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.encoding import IGNORED, Tensors
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench_methods.likelihood import vanilla
from smfa_bench_methods.pairing import train_in_pairs

CHANGED_BLOCKS: Final = 3
"""The paper changes the block whose activations it steers and the two before it."""


class RmuConfig(LoraConfig):
    """Options of RMU."""

    depth: float = Field(default=0.5, gt=0, lt=1, description="Where in the decoder activations are steered.")
    steering: float = Field(default=6.5, gt=0, allow_inf_nan=False, description="Length of the steering vector.")
    retain_weight: float = Field(
        default=3.0, ge=0, allow_inf_nan=False, description="Weight of the retain samples' term."
    )


class Rmu(Method):
    """L = ‖h(forget) − c · u‖² + α · ‖h(retain) − h_vanilla(retain)‖², h the activations behind one decoder block.

    Both ‖·‖² are means over tokens and entries, as in the authors' code, so c and α are on its scale; u is a random
    unit vector. Taken are the activations that predict the answer tokens; the paper takes all tokens. All linear layers
    of the blocks change; the authors' code changes the last of each MLP alone.
    """

    Config = RmuConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one LoRA on the block that is steered and those right before it."""
        config = cast(RmuConfig, self.config)
        names = model.decoder_linears()
        steered = steered_block(1 + max(map(_block, names)), depth=config.depth)
        width = model.model.get_input_embeddings().embedding_dim
        goal = (config.steering * random_direction(width, seed=seed)).to(model.device)

        def loss(network: nn.Module, forget: Tensors, kept: Tensors) -> Tensor:
            with vanilla(network):
                before = activations(network, kept, behind=steered)
            moved = (activations(network, kept, behind=steered) - before).square().mean()
            return (activations(network, forget, behind=steered) - goal).square().mean() + config.retain_weight * moved

        changed = [name for name in names if steered - CHANGED_BLOCKS <= _block(name) < steered]
        return train_in_pairs(model, data, config, name="rmu", loss=loss, seed=seed, progress=progress, only=changed)


def steered_block(blocks: int, *, depth: float) -> int:
    """Return behind which block, counted from 1, activations are steered; never behind the last of several.

    The paper's block 7 of 32, counted from 0, is the eighth: a depth of 0.25.
    """
    return max(1, min(round(depth * blocks), blocks - 1))


def random_direction(width: int, *, seed: int) -> Tensor:
    """Return a unit vector [width] whose entries were drawn from [0, 1)."""
    drawn = torch.rand(width, generator=torch.Generator().manual_seed(seed))
    return nn.functional.normalize(drawn, dim=0)


def activations(network: nn.Module, batch: Tensors, *, behind: int) -> Tensor:
    """Return the activations behind a block that predict answer tokens, float32 [N, width], N the number of tokens."""
    inputs = {name: tensor for name, tensor in batch.items() if name != "labels"}
    hidden: Tensor = network(**inputs, output_hidden_states=True).hidden_states[behind]
    return hidden[:, :-1][batch["labels"][:, 1:] != IGNORED].float()


def _block(name: str) -> int:
    """Return the number of the decoder block, from 0, that a linear layer is in."""
    return next(int(part) for part in name.split(".") if part.isdigit())
