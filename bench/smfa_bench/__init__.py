"""S-MLLMUn Bench: has a multimodal LLM benignly forgotten people?

The names below are the public interface; they are imported when first used, so that `import smfa_bench` is quick.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from smfa_bench.adapter.adapter import Adapter as Adapter
    from smfa_bench.adapter.adapter import LoraAdapter as LoraAdapter
    from smfa_bench.config import LoraConfig as LoraConfig
    from smfa_bench.config import MethodConfig as MethodConfig
    from smfa_bench.data.question import Question as Question
    from smfa_bench.data.sample import Sample as Sample
    from smfa_bench.data.sample import UnlearnData as UnlearnData
    from smfa_bench.errors import BenchError as BenchError
    from smfa_bench.method import Method as Method
    from smfa_bench.models.vision_language import VisionLanguageModel as VisionLanguageModel
    from smfa_bench.progress import Progress as Progress
    from smfa_bench.results.result import RunConfig as RunConfig
    from smfa_bench.results.result import RunResult as RunResult
    from smfa_bench.runner.stages import run as run
    from smfa_bench.scoring.scorer import Judge as Judge
    from smfa_bench.scoring.scorer import Score as Score
    from smfa_bench.scoring.scorer import Scorer as Scorer
    from smfa_bench.training.loop import cross_entropy as cross_entropy
    from smfa_bench.training.lora import train_lora as train_lora

_HOMES: Final = {
    "Adapter": "adapter.adapter",
    "BenchError": "errors",
    "Judge": "scoring.scorer",
    "LoraAdapter": "adapter.adapter",
    "LoraConfig": "config",
    "Method": "method",
    "MethodConfig": "config",
    "Progress": "progress",
    "Question": "data.question",
    "RunConfig": "results.result",
    "RunResult": "results.result",
    "Sample": "data.sample",
    "Score": "scoring.scorer",
    "Scorer": "scoring.scorer",
    "UnlearnData": "data.sample",
    "VisionLanguageModel": "models.vision_language",
    "cross_entropy": "training.loop",
    "run": "runner.stages",
    "train_lora": "training.lora",
}

__all__ = [
    "Adapter",
    "BenchError",
    "Judge",
    "LoraAdapter",
    "LoraConfig",
    "Method",
    "MethodConfig",
    "Progress",
    "Question",
    "RunConfig",
    "RunResult",
    "Sample",
    "Score",
    "Scorer",
    "UnlearnData",
    "VisionLanguageModel",
    "cross_entropy",
    "run",
    "train_lora",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
