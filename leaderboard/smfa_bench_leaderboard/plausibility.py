"""What of a submitted run can be told to be wrong before anything is scored again."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from smfa_bench.data.asking import as_asked
from smfa_bench.data.knowledge import Knowledge, knowledge_questions
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Question
from smfa_bench.data.sources import entry_name, find_source
from smfa_bench.data.split import Split, make_split
from smfa_bench.errors import BenchError
from smfa_bench.registry import PROFILES
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench.results.result import Measure, RunResult
from smfa_bench_leaderboard.submission import Submission, subject
from smfa_bench_leaderboard.wording import printable

LONGEST_ANSWER: Final = 20_000
"""Characters; four times what a scorer reads."""

_TOP: Final = {"fact": 10.0, "meaningful": 10.0, "overall_meaningful": 10.0}
_SIGNED: Final = ("overall_memory", "gold_score")
"""Aggregates that may be below zero."""


def seed_faults(submission: Submission) -> Iterator[str]:
    """Yield what is wrong with the runs as a group."""
    seeds = [run.result.config.seed for run in submission.runs]
    if len(set(seeds)) < len(seeds):
        yield f"the seeds {', '.join(map(str, seeds))} are not distinct."
    for run in submission.runs[1:]:
        if subject(run.result) != subject(submission.first):
            yield f"seed {run.result.config.seed}: differs from seed {seeds[0]} in more than the seed."


def value_faults(result: RunResult) -> Iterator[str]:
    """Yield every claimed number that is impossible, whatever was answered."""
    for stage in (Stage.VANILLA, Stage.UNLEARNED):
        if stage not in result.models:
            yield f"the {stage} model is missing."
    for stage, model in result.models.items():
        for name, measure in (*model.cells.items(), *model.aggregates.items()):
            if not _is_possible(name, measure):
                yield f"{stage} {printable(name)}: a value or bound is out of range."
    if set(result.fingerprints) != {"base", "vanilla"}:
        yield "fingerprints: must be those of the base and the vanilla model."
    if not {"python", "smfa-bench"} <= set(result.versions):
        yield "versions: python and smfa-bench must be among them."
    if min(result.seconds.values(), default=0) < 0 or result.peak_memory_mib <= 0:
        yield "cost: seconds and memory can't be negative."


def data_faults(result: RunResult, records: Sequence[AnswerRecord]) -> Iterator[str]:
    """Yield where data, split or questions are not those that the run's source and seed give.

    The people are made again, so that nobody can make a question easier or leave out a hard one.
    """
    config, origin = result.config, result.data
    if (entry_name(config.profiles), config.size, config.seed) != (origin.source, origin.size, origin.seed):
        yield "the data is not of the source, size and seed that the configuration names."
        return
    if origin.picture_size != result.model.picture_size:
        yield "the pictures have not the size of the model's recipe."
    if origin.source not in PROFILES.entries:
        yield f"the profile source {printable(origin.source)!r} is not installed; the data can't be checked."
        return
    if origin.size > len(records):
        yield f"{len(records)} answers can't be about {origin.size} people."
        return
    try:
        profiles = _made(config.profiles, size=origin.size, seed=origin.seed, picture_size=origin.picture_size)
        put = as_asked(profiles, config.phrasing, config.pictures)
        split = make_split(
            profiles,
            forget_ratio=config.forget_ratio,
            few_shot=config.few_shot,
            sampling=config.few_shot_sampling,
            by=config.forget_by,
            seed=config.seed,
        )
    except BenchError as error:
        yield f"the data can't be made again: {error}"
        return
    if profiles.origin != origin or profiles.fingerprint != result.data_fingerprint:
        yield "the data fingerprint is not that of the data made again."
    elif split != result.split:
        yield "the split is not the one that ratio and seed give."
    else:
        asked = {**_asked(put, split), **_asked_of_the_world(config.knowledge)}
        yield from _answer_faults(asked, list(result.models), records)


@lru_cache(maxsize=8)
def _made(name: str, *, size: int, seed: int, picture_size: int) -> ProfileSet:
    return find_source(name)(size=size, seed=seed, picture_size=picture_size)


def _answer_faults(
    asked: Mapping[str, tuple[Part, Question]], stages: Sequence[Stage], records: Sequence[AnswerRecord]
) -> Iterator[str]:
    count: Counter[tuple[Stage, str]] = Counter((record.model, record.question.id) for record in records)
    kinds: dict[str, list[str]] = {}
    for record in records:
        part, question = asked.get(record.question.id, (None, None))
        wrong = {
            "is to a question that nobody was to be asked": question is None,
            "is to an altered question": question is not None and record.question != question,
            "is in the wrong part": part is not None and record.part is not part,
            "is of a model without a result": record.model not in stages,
            "is there twice": count[record.model, record.question.id] > 1,
            f"has more than {LONGEST_ANSWER:,} characters": len(record.answer) > LONGEST_ANSWER,
        }
        for kind in (kind for kind, found in wrong.items() if found):
            kinds.setdefault(kind, []).append(f"{record.model} {record.question.id}")
    missing = [f"{stage} {name}" for stage in stages for name in asked if (stage, name) not in count]
    if missing:
        kinds["is missing"] = missing
    for kind, places in kinds.items():
        more = f" (and {len(places) - 1} more like it)" if len(places) > 1 else ""
        yield f"the answer {printable(places[0])} {kind}{more}."


def _asked(profiles: ProfileSet, split: Split) -> Mapping[str, tuple[Part, Question]]:
    parts = dict.fromkeys(split.forget, Part.FORGET) | dict.fromkeys(split.retain, Part.RETAIN)
    parts |= {scene.id: Part.UNSEEN for scene in profiles.unseen}
    parts |= {scene.id: Part.GENERAL for scene in profiles.general}
    return {one.id: (parts[one.subject], one) for one in profiles.questions() if one.subject in parts}


def _asked_of_the_world(form: Knowledge | None) -> Mapping[str, tuple[Part, Question]]:
    return {} if form is None else {one.id: (Part.KNOWLEDGE, one) for one in knowledge_questions(form)}


def _is_possible(name: str, measure: Measure) -> bool:
    words = name.split(".")
    top = _TOP.get(words[-1], 1.0)
    low = -top if words[0] in _SIGNED else 0.0
    bottom = float("-inf") if words[0] == "gold_score" else low
    numbers = [number for number in (measure.value, measure.low, measure.high) if number is not None]
    ordered = measure.low is None or measure.high is None or measure.low <= measure.high
    return ordered and all(bottom <= number <= top for number in numbers)
