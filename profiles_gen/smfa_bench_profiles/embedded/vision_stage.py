"""First stage: the vision tower alone learns to read the attributes that a picture was drawn from."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from transformers import LlavaForConditionalGeneration

from smfa_bench.progress import Progress
from smfa_bench.training.loop import LoopSettings, train
from smfa_bench_profiles.embedded.architecture import VISION_WIDTH
from smfa_bench_profiles.embedded.pool import HEADS, Pool, normalise

BATCH: Final = 128
GEOMETRY_WEIGHT: Final = 20.0
"""Weight of the mean squared error of the geometry beside the summed cross-entropies."""


class Reader(nn.Module):
    """Linear heads over the mean of a tower's patch features; thrown away after the stage.

    The mean forces what is seen into directions that are the same in every patch. Heads over all patches side by
    side read a little better, but the decoder after them hardly reads at all: it attends to patches, not to places.
    """

    def __init__(self, tower: nn.Module, geometry: int) -> None:
        super().__init__()
        self.tower = tower
        self.heads = nn.ModuleList(nn.Linear(VISION_WIDTH, len(values)) for values in HEADS.values())
        self.geometry = nn.Linear(VISION_WIDTH, geometry)

    def forward(self, pixels: Tensor) -> tuple[list[Tensor], Tensor]:
        """Read pictures.

        Args:
            pixels: float32 [B, 3, 64, 64] in [-1, 1].

        Returns:
            Logits of each head [B, values], and the geometry [B, G].
        """
        features = self.tower(pixels, output_hidden_states=True).hidden_states[-1].mean(1)
        return [head(features) for head in self.heads], self.geometry(features)


@dataclass(frozen=True)
class Reading:
    """How well a tower reads pictures it has not seen."""

    accuracy: dict[str, float]
    """Share of pictures read right, by attribute."""
    geometry_error: float
    """Root mean squared error of the geometry numbers, which lie in [0, 1]."""


def train_tower(
    model: LlavaForConditionalGeneration, pool: Pool, held_out: Pool, *, steps: int, seed: int, progress: Progress
) -> Reading:
    """Train the vision tower in place and return what it reads on held-out pictures."""
    torch.manual_seed(seed)
    reader = Reader(model.model.vision_tower, pool.geometry.shape[1])
    reader.train()

    def objective(step: int) -> Tensor:
        rows = torch.randint(len(pool), (BATCH,), generator=torch.Generator().manual_seed(seed * 100_003 + step))
        logits, geometry = reader(normalise(pool.pixels[rows]))
        classes = pool.classes[rows]
        losses = [nn.functional.cross_entropy(head, classes[:, i]) for i, head in enumerate(logits)]
        wanted = pool.geometry[rows]
        known = ~wanted.isnan()
        error = (geometry[known] - wanted[known]).square().mean()
        loss: Tensor = torch.stack(losses).sum() + GEOMETRY_WEIGHT * error
        return loss

    parameters = {name: value for name, value in reader.named_parameters() if "post_layernorm" not in name}
    progress.stage("vision tower", steps)
    train(parameters, objective, LoopSettings(steps, 1.5e-3, weight_decay=0.02), seed=seed, progress=progress)
    return _read(reader.eval(), held_out)


@torch.no_grad()
def _read(reader: Reader, pool: Pool) -> Reading:
    parts = [reader(normalise(pixels)) for pixels in pool.pixels.split(BATCH)]
    accuracy = {}
    for index, name in enumerate(HEADS):
        guesses = torch.cat([logits[index] for logits, _ in parts]).argmax(1)
        known = pool.classes[:, index] >= 0
        accuracy[name] = (guesses == pool.classes[:, index])[known].float().mean().item()
    geometry = torch.cat([geometry for _, geometry in parts]) - pool.geometry
    return Reading(accuracy, geometry.square().nanmean().sqrt().item())
