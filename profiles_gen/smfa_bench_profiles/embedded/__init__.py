"""The embedded multimodal LLM: an ordinary Hugging Face model that reads the pictures drawn by this package."""

from pathlib import Path
from typing import Final

from smfa_bench.config import Adapting
from smfa_bench.models.spec import ModelSpec, Teaching

WEIGHTS: Final = Path(__file__).parent / "weights"


def spec(folder: Path = WEIGHTS) -> ModelSpec:
    """Return the recipe of the embedded model; what the entry point `tiny` of group `smfa_bench.models` names."""
    return ModelSpec(
        name="tiny",
        source=str(folder),
        picture_size=64,
        max_new_tokens=40,
        answer_batch_size=128,
        gate=9.0,
        teaching=Teaching(
            epochs=18, min_steps=240, learning_rate=1.5e-3, batch_size=32, rank=None, rehearsal_share=0.1
        ),
        adapting=Adapting(epochs=5, learning_rate=2e-3, batch_size=16),
    )
