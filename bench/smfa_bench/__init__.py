"""S-MLLMUn Bench: has a multimodal LLM benignly forgotten people?

The names below are the public interface, all of it; they are imported when first used, so that `import smfa_bench` is
quick. `smfa_bench.testing` is a second door to those for tests.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from smfa_bench.adapter.adapter import Adapter as Adapter
    from smfa_bench.adapter.adapter import LoraAdapter as LoraAdapter
    from smfa_bench.adapter.adapter import Modality as Modality
    from smfa_bench.adapter.low_rank import LowRank as LowRank
    from smfa_bench.config import Adapting as Adapting
    from smfa_bench.config import LoraConfig as LoraConfig
    from smfa_bench.config import MethodConfig as MethodConfig
    from smfa_bench.data.profile import Fact as Fact
    from smfa_bench.data.profile import OtherPicture as OtherPicture
    from smfa_bench.data.profile import Profile as Profile
    from smfa_bench.data.profile import Scene as Scene
    from smfa_bench.data.profile import Sensitivity as Sensitivity
    from smfa_bench.data.profile_set import Origin as Origin
    from smfa_bench.data.profile_set import ProfileSet as ProfileSet
    from smfa_bench.data.question import KeyFact as KeyFact
    from smfa_bench.data.question import Question as Question
    from smfa_bench.data.question import Task as Task
    from smfa_bench.data.sample import Sample as Sample
    from smfa_bench.data.sample import UnlearnData as UnlearnData
    from smfa_bench.errors import BenchError as BenchError
    from smfa_bench.errors import UsageError as UsageError
    from smfa_bench.method import Method as Method
    from smfa_bench.models.spec import ModelSpec as ModelSpec
    from smfa_bench.models.spec import Teaching as Teaching
    from smfa_bench.models.vision_language import VisionLanguageModel as VisionLanguageModel
    from smfa_bench.progress import Progress as Progress
    from smfa_bench.results.result import RunConfig as RunConfig
    from smfa_bench.results.result import RunResult as RunResult
    from smfa_bench.runner.stages import run as run
    from smfa_bench.scoring.scorer import Judge as Judge
    from smfa_bench.scoring.scorer import Score as Score
    from smfa_bench.scoring.scorer import Scorer as Scorer
    from smfa_bench.testing.check_method import Outcome as Outcome
    from smfa_bench.testing.check_method import check_method as check_method
    from smfa_bench.training.loop import cross_entropy as cross_entropy
    from smfa_bench.training.lora import train_lora as train_lora

_HOMES: Final = {
    "Adapter": "adapter.adapter",
    "Adapting": "config",
    "BenchError": "errors",
    "Fact": "data.profile",
    "Judge": "scoring.scorer",
    "KeyFact": "data.question",
    "LoraAdapter": "adapter.adapter",
    "LoraConfig": "config",
    "LowRank": "adapter.low_rank",
    "Method": "method",
    "MethodConfig": "config",
    "Modality": "adapter.adapter",
    "ModelSpec": "models.spec",
    "Origin": "data.profile_set",
    "OtherPicture": "data.profile",
    "Outcome": "testing.check_method",
    "Profile": "data.profile",
    "ProfileSet": "data.profile_set",
    "Progress": "progress",
    "Question": "data.question",
    "RunConfig": "results.result",
    "RunResult": "results.result",
    "Sample": "data.sample",
    "Scene": "data.profile",
    "Score": "scoring.scorer",
    "Scorer": "scoring.scorer",
    "Sensitivity": "data.profile",
    "Task": "data.question",
    "Teaching": "models.spec",
    "UnlearnData": "data.sample",
    "UsageError": "errors",
    "VisionLanguageModel": "models.vision_language",
    "check_method": "testing.check_method",
    "cross_entropy": "training.loop",
    "run": "runner.stages",
    "train_lora": "training.lora",
}

__all__ = [
    "Adapter",
    "Adapting",
    "BenchError",
    "Fact",
    "Judge",
    "KeyFact",
    "LoraAdapter",
    "LoraConfig",
    "LowRank",
    "Method",
    "MethodConfig",
    "Modality",
    "ModelSpec",
    "Origin",
    "OtherPicture",
    "Outcome",
    "Profile",
    "ProfileSet",
    "Progress",
    "Question",
    "RunConfig",
    "RunResult",
    "Sample",
    "Scene",
    "Score",
    "Scorer",
    "Sensitivity",
    "Task",
    "Teaching",
    "UnlearnData",
    "UsageError",
    "VisionLanguageModel",
    "check_method",
    "cross_entropy",
    "run",
    "train_lora",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
