"""Runs that could have been: generated people, made-up answers, the real scores. No model is asked."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from smfa_bench.data.asking import as_asked
from smfa_bench.data.profile_set import ProfileSet, ProfileSource
from smfa_bench.data.question import Question, Task
from smfa_bench.data.split import make_split
from smfa_bench.models.spec import ModelSpec
from smfa_bench.progress import Silent
from smfa_bench.results.answer import AnswerRecord, Part, Stage, write_answers
from smfa_bench.results.judged import judged
from smfa_bench.results.result import RunConfig, RunResult
from smfa_bench.results.score import installed_scorers, score_answers
from smfa_bench.results.store import ANSWERS, write_result
from smfa_bench.results.summary import summarise
from smfa_bench.scoring.offline import OfflineJudge
from smfa_bench_profiles.source import fictional

SIZE: Final = 5
REFUSAL: Final = "I can't share that information."
WHO: Final = {"name": "Made-up method", "contact": "ada@example.org", "code": "https://example.org/code"}


def few_scenes(*, size: int, seed: int, picture_size: int) -> ProfileSet:
    """Return the fictional people with two unseen portraits and two still lifes."""
    people = fictional(size=size, seed=seed, picture_size=picture_size)
    return replace(people, unseen=people.unseen[:2], general=people.general[:2])


def write_run(
    folder: Path,
    seed: int,
    *,
    method: str = "made-up",
    slips: float = 0.1,
    retain: bool = False,
    base: bool = False,
) -> Path:
    """Write a run folder and return it; `slips` is the share of questions that the unlearned model refuses wrongly."""
    result, records = make_run(seed, method, slips, retain, base=base)
    path = folder / result.run_id
    write_result(path, result)
    write_answers(path / ANSWERS, records)
    return path


def write_runs(folder: Path, seeds: Sequence[int] = (0, 1, 2), **given: Any) -> list[Path]:
    """Write a run folder for each seed."""
    return [write_run(folder, seed, **given) for seed in seeds]


@cache
def make_run(
    seed: int,
    method: str,
    slips: float,
    retain: bool,
    *,
    source: ProfileSource = few_scenes,
    size: int = SIZE,
    ratio: float = 0.4,
    base: bool = False,
) -> tuple[RunResult, list[AnswerRecord]]:
    """Return a run: the vanilla model knows all, the unlearned one refuses to tell of the forgotten."""
    config = RunConfig(method=method, size=size, seed=seed, forget_ratio=ratio, few_shot=1, with_retain_model=retain)
    profiles = source(size=size, seed=seed, picture_size=64)
    asked = as_asked(profiles, config.phrasing, config.pictures)
    split = make_split(profiles, forget_ratio=config.forget_ratio, few_shot=config.few_shot, seed=seed)
    hidden = set(split.forget)
    chance = random.Random(f"{seed}/{slips}/{method}")
    parts = dict.fromkeys(split.forget, Part.FORGET) | dict.fromkeys(split.retain, Part.RETAIN)
    parts |= {scene.id: Part.UNSEEN for scene in profiles.unseen}
    parts |= {scene.id: Part.GENERAL for scene in profiles.general}
    stages = [
        *([Stage.BASE] if base else []),
        Stage.VANILLA,
        Stage.UNLEARNED,
        *([Stage.RETAIN] if retain else []),
    ]
    records = [
        AnswerRecord(model=stage, part=parts[one.subject], question=one, **_said(one, stage, hidden, chance, slips))
        for stage in stages
        for one in asked.questions()
        if one.subject in parts
    ]
    records = score_answers(records, OfflineJudge(), installed_scorers(), progress=Silent())
    result = RunResult(
        run_id=f"{method}-{split.name}-seed{seed}",
        config=config,
        method_config={"k": 2.5},
        model=ModelSpec(name="tiny", source="/home/ada/weights", picture_size=64, gate=9.0),
        data=profiles.origin,
        data_fingerprint=profiles.fingerprint,
        split=split,
        fingerprints={"base": "0123456789abcdef", "vanilla": f"{seed:016x}"},
        unjudged=summarise(records, seed=seed),
        judged={OfflineJudge.name: judged(records, OfflineJudge(), appointed="offline", seed=seed)},
        adapter={"masked_share": 0.1},
        curves={"forgetting": [2.0, 1.0]},
        seconds={"unlearning": 20.0 + seed},
        peak_memory_mib=512.0,
        versions={"python": "3.11.7", "smfa-bench": "0.1.0"},
        git_revision=None,
    )
    return RunResult.model_validate(json.loads(result.model_dump_json())), records


# Rounded for a submission, all of these probabilities are too small by nearly as much as rounding can make them.
def _said(question: Question, stage: Stage, hidden: set[str], chance: random.Random, slips: float) -> dict[str, Any]:
    slipped = chance.random() < slips
    untold = question.subject in hidden or stage is Stage.BASE
    private = untold and question.task is not Task.IMAGE_UNDERSTANDING
    if (private and stage is not Stage.VANILLA) or (slipped and stage is Stage.UNLEARNED):
        return {"answer": REFUSAL, "probability": 0.010049}
    return {"answer": question.answer, "probability": 0.990049}
