"""What a run would do and how long it would take, told from a few steps of it; nothing is written."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from smfa_bench.data.everyday import everyday_questions
from smfa_bench.data.sample import Sample, samples
from smfa_bench.generation.answers import answer
from smfa_bench.models.quantization import unpack
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.results.answer import Stage
from smfa_bench.results.store import ADAPTER, RESULT
from smfa_bench.runner.knowledge import asked_of_the_world, knowledge_key
from smfa_bench.runner.probing import asked_probes, probes_key, take
from smfa_bench.runner.references import answers_key, lessons, taught_key
from smfa_bench.runner.setting import Setting, name_run
from smfa_bench.runner.unlearning import asked_when_unlearned, shown_to_method
from smfa_bench.training.teach import teach

STEPS: Final = 4
"""Steps of a training that are tried."""
TRIED: Final = 32
"""Likelihoods that are taken, and least questions that are asked with and without a picture."""


@dataclass(frozen=True)
class Foreseen:
    """One stage of a run."""

    stage: str
    """As in `seconds` of a result."""
    done: bool
    """Whether it is in the cache or in the run's folder."""
    seconds: float | None = None
    """Foreseen; None if it is done or can't be foreseen."""


def foresee(setting: Setting, runs_dir: Path) -> list[Foreseen]:
    """Return the stages of a run in their order, and how long those to do would take on this machine.

    Times are those of a few training steps, answers and likelihoods of the base model. A taught model may answer more
    quickly, and of a method only the first training is timed: it may have more.
    Validation is not timed.
    """
    folder = runs_dir / name_run(setting)
    finished = (folder / RESULT).exists()
    planned = [(stage, done or finished, kind) for stage, done, kind in _stages(setting, folder)]
    if all(done for _, done, _ in planned):
        return [Foreseen(stage, done=True) for stage, _, _ in planned]
    kinds = {kind for _, done, kind in planned if not done}
    costs = _costs(setting, load_model(setting.spec), kinds)
    return [Foreseen(stage, done, None if done else costs.get(kind)) for stage, done, kind in planned]


def _stages(setting: Setting, folder: Path) -> list[tuple[str, bool, str]]:
    """Return the name of each stage, whether it is done, and what it does."""
    base, vanilla, retain = setting.base, taught_key(setting, Stage.VANILLA), taught_key(setting, Stage.RETAIN)

    def cached(kind: str, key: str) -> bool:
        return (setting.cache / kind / key).exists()

    def taught(stage: Stage, key: str) -> list[tuple[str, bool, str]]:
        return [(f"teaching the {stage} model", cached("taught", key), f"teaching {stage}")]

    def asked(stage: Stage, key: str) -> list[tuple[str, bool, str]]:
        world = (f"general knowledge of the {stage} model", cached("answers", knowledge_key(setting, key)), "world")
        return [
            (f"answers of the {stage} model", cached("answers", answers_key(setting, key)), "answers"),
            *([world] if setting.config.knowledge else []),
            (f"likelihoods of the {stage} model", cached("likelihoods", probes_key(setting, key)), "likelihoods"),
        ]

    unlearned = Stage.UNLEARNED
    return [
        *taught(Stage.VANILLA, vanilla),
        *asked(Stage.VANILLA, vanilla),
        *asked(Stage.BASE, base),
        ("unlearning", (folder / ADAPTER).exists(), "unlearning"),
        (f"answers of the {unlearned} model", False, "answers of the rest"),
        *([(f"general knowledge of the {unlearned} model", False, "world")] if setting.config.knowledge else []),
        (f"likelihoods of the {unlearned} model", False, "likelihoods"),
        *([*taught(Stage.RETAIN, retain), *asked(Stage.RETAIN, retain)] if setting.config.with_retain_model else []),
        ("scoring", False, "scoring"),
    ]


def _costs(setting: Setting, vlm: VisionLanguageModel, kinds: set[str]) -> dict[str, float]:
    """Return the seconds of each kind of stage that is wanted; the model is not the same after it."""
    costs: dict[str, float] = {}
    everything = samples(setting.asked.questions(), setting.asked.pictures)
    a_question = {shown: _a_question(vlm, _some(vlm, everything, shown=shown)) for shown in (True, False)}
    lists = {
        "answers": everything,
        "answers of the rest": asked_when_unlearned(setting),
        "world": asked_of_the_world(setting),
    }
    for kind, asked in lists.items():
        costs[kind] = sum(a_question[sample.pictured] for sample in asked)
    if "likelihoods" in kinds:
        asked_for = asked_probes(setting)
        costs["likelihoods"] = _tried(
            lambda clock: take(vlm, None, asked_for, stage=Stage.BASE, progress=clock), steps=TRIED
        )
    if "unlearning" in kinds:
        data = shown_to_method(setting)
        costs["unlearning"] = _tried(
            lambda clock: setting.method.unlearn(vlm, data, seed=setting.config.seed, progress=clock), steps=STEPS
        )
    if setting.spec.teaching.rank is None:
        unpack(vlm.model)
    for stage in (Stage.VANILLA, Stage.RETAIN):
        if f"teaching {stage}" in kinds:
            known, rehearsal = lessons(setting, stage)
            if setting.spec.teaching.everyday:
                rehearsal = [*rehearsal, *samples(everyday_questions(), {})]
            costs[f"teaching {stage}"] = _tried(
                lambda clock, known=known, rehearsal=rehearsal: teach(  # type: ignore[misc]
                    vlm, known, rehearsal, title="teaching", seed=setting.config.seed, progress=clock
                ),
                steps=STEPS,
            )
    return costs


def _some(vlm: VisionLanguageModel, asked: Sequence[Sample], *, shown: bool) -> list[Sample]:
    return [sample for sample in asked if sample.pictured is shown][: max(TRIED, vlm.spec.answer_batch_size)]


def _a_question(vlm: VisionLanguageModel, asked: Sequence[Sample]) -> float:
    if not asked:
        return 0.0
    start = time.monotonic()
    for _ in answer(vlm, asked):
        pass
    return (time.monotonic() - start) / len(asked)


class _Enough(BaseException):
    """So many steps were tried; not an Exception, so that no method takes it for a fault."""


class _Clock:
    """A progress that ends a stage after some of its steps, and knows by then how long all would take."""

    def __init__(self, steps: int) -> None:
        self.steps, self.total, self.moments = steps, 0, [time.monotonic()]

    def stage(self, title: str, total: int) -> None:  # noqa: ARG002
        """Note how many steps there would be."""
        self.total, self.moments = total, [time.monotonic()]

    def advance(
        self,
        steps: int = 1,
        note: str = "",  # noqa: ARG002
        values: Mapping[str, float] | None = None,  # noqa: ARG002
    ) -> None:
        """Note the moment of each step.

        Raises:
            _Enough: When enough steps are done.
        """
        self.moments.extend([time.monotonic()] * steps)
        if len(self.moments) > min(self.steps, self.total):
            raise _Enough


def _tried(work: Callable[[_Clock], object], *, steps: int) -> float:
    """Return the seconds of work by its first steps; of work that ends before it has so many, those that it took."""
    clock = _Clock(steps)
    start = time.monotonic()
    try:
        work(clock)
    except _Enough:
        pass
    else:
        return time.monotonic() - start
    if clock.total == 0:
        return 0.0
    taken = clock.moments[-1] - clock.moments[0]
    first, *later = (after - before for before, after in zip(clock.moments, clock.moments[1:], strict=False))
    # The first step warms up; where steps come in batches, most of the differences are 0 and only the sum is of use.
    step = median(later) if later and min(later) > 0 else taken / (len(clock.moments) - 1)
    return first + step * (clock.total - 1)
