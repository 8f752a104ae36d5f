"""What float16 can't hold, said before it breaks a training, or when it did."""

import torch

from smfa_bench.errors import UsageError
from smfa_bench.models.vision_language import VisionLanguageModel


def overflow_advice(vlm: VisionLanguageModel) -> str:
    """Return the clause that a loss which left the numbers is explained with; empty where float16 has no part in it."""
    if vlm.model.dtype != torch.float16:
        return ""
    return f", or load the model with --dtype bfloat16: float16 ends at {torch.finfo(torch.float16).max:,.0f}"


def refuse_half(vlm: VisionLanguageModel) -> None:
    """Refuse to train weights that are in float16 themselves: most steps are smaller than what it tells apart.

    Raises:
        UsageError: If they are.
    """
    if vlm.model.dtype == torch.float16:
        raise UsageError(
            f"{vlm.spec.name} is taught by changing all weights, which float16 is too coarse for; "
            "use --dtype bfloat16 or float32, or a recipe with a rank."
        )
