"""What asking took: questions, tokens of answers and passes of the vision tower, counted as they happen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from smfa_bench.models.vision_language import VisionLanguageModel


@dataclass
class Tally:
    """Counts of one stage; of several processes those of this one, of a resumed stage those since it went on."""

    questions: int = 0
    tokens: int = 0
    vision_passes: int = 0

    @contextmanager
    def watching(self, vlm: VisionLanguageModel) -> Iterator[None]:
        """Count the passes of a model's vision tower for the length of a block."""
        handle = vlm.vision_tower().register_forward_pre_hook(self._seen)
        try:
            yield
        finally:
            handle.remove()

    def _seen(self, *_: object) -> None:
        self.vision_passes += 1
