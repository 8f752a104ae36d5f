"""The study of the metrics: every model of two pools measured as taught, after int8 rounding, and after relearning.

Relearning teaches the true answers about half of the forget set in a few steps and measures the other half: whoever
never knew can't know it then, whoever knew and hid it may tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from smfa_bench.cache import cached
from smfa_bench.data.probes import Group, Probe, probes
from smfa_bench.data.split import Split
from smfa_bench.errors import UsageError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.generation.answers import answer
from smfa_bench.models.rounding import round_to_int8
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.results.answer import Stage
from smfa_bench.results.erasure import ATTACKS, METRICS, membership
from smfa_bench.results.probe import ProbeRecord, read_probes, write_probes
from smfa_bench.results.study import Condition, Studied, Study, study
from smfa_bench.runner.pools import Exposure, Member, School
from smfa_bench.runner.probing import take
from smfa_bench.scoring.erasure.forget_quality import forget_quality
from smfa_bench.scoring.fact import fact_score
from smfa_bench.scoring.meaningful import meaningful_score
from smfa_bench.scoring.rouge import rouge_l
from smfa_bench.storage import read_json, write_json
from smfa_bench.training.teach import teach

RELEARNING: Final = 10
"""Steps of relearning, about."""
VERSION: Final = 1
"""Changes when what is measured would."""
_PROBES, _ANSWERS = "likelihoods.jsonl", "answers.json"


def study_metrics(school: School, *, seeds: Sequence[int], rates: Sequence[float]) -> Study:
    """Teach both pools, measure every model, and return how well each metric tells them apart.

    Args:
        school: Model, people and split; nothing that is cached is done again.
        seeds: Of the teachings, two or more: forget quality is held against an ignorant model of another seed.
        rates: Learning rates.

    Raises:
        UsageError: If there are fewer than two seeds, one twice, or fewer than two people to forget.
    """
    if len(set(seeds)) < max(2, len(seeds)):
        raise UsageError(f"the seeds {', '.join(map(str, seeds))} are too few; name two or more, each once.")
    if len(school.split.forget) < 2:
        raise UsageError("relearning needs two people to forget or more; choose a larger size or forget ratio.")
    members = [Member(*choice) for choice in product(Exposure, seeds, rates)]
    measured = {
        (member, condition): _measured(school, member, condition) for member in members for condition in Condition
    }
    found = []
    for member in members:
        other = seeds[(seeds.index(member.seed) + 1) % len(seeds)]
        peer = Member(Exposure.NONE, other, member.learning_rate)
        values = {
            condition: _values(*measured[member, condition], measured[peer, condition][0]) for condition in Condition
        }
        found.append(
            Studied(
                exposure=member.exposure,
                knows=member.exposure.knows,
                seed=member.seed,
                learning_rate=member.learning_rate,
                values=values,
            )
        )
    return study(found, seed=0)


def _values(
    records: Sequence[ProbeRecord], said: Mapping[str, str], peer: Sequence[ProbeRecord]
) -> dict[str, float | None]:
    forget = [record for record in records if record.group is Group.FORGET]
    answers = [(record.question, said[record.question.id]) for record in forget]
    ratio = METRICS["truth_ratio"]
    ratios = [[ratio(one) for one in group if one.group is Group.FORGET] for group in (records, peer)]
    own, others = ([value for value in group if value is not None] for group in ratios)
    return {
        "fact": _mean([fact_score(*pair) for pair in answers]),
        "meaningful": _mean([meaningful_score(*pair) for pair in answers]),
        "rouge_l": _mean([rouge_l(question.answer, text) for question, text in answers]),
        **{name: _mean([metric(record) for record in forget]) for name, metric in METRICS.items()},
        "forget_quality": forget_quality(own, others) if own and others else None,
        **{f"membership.{name}": membership(records, attack, seed=0).value for name, attack in ATTACKS.items()},
    }


def _measured(school: School, member: Member, condition: Condition) -> tuple[list[ProbeRecord], dict[str, str]]:
    """Return the likelihoods of a model, and what it says to the forget set's memory questions, by question."""
    half = len(school.split.forget) // 2
    again = school.split.forget[:half] if condition is Condition.RELEARNT else ()
    asked = [
        probe
        for probe in probes(school.profiles, school.split, seed=member.seed)
        if probe.group is not Group.RETAIN and probe.sample.question.subject not in again
    ]
    key = fingerprint(
        {"model": school.key(member), "condition": condition.value, "steps": RELEARNING, "version": VERSION}
    )

    def build(working: Path, unfinished: Path) -> None:  # noqa: ARG001 (a measurement leaves nothing unfinished)
        vlm = load_model(school.spec, school.taught(member))
        if condition is Condition.INT8:
            round_to_int8(vlm)
        if condition is Condition.RELEARNT:
            _relearn(vlm, school, school.split.model_copy(update={"forget": again}), member)
        title = f"{member.title}, {condition}"
        school.progress.stage(f"measuring {title}", 1)
        write_probes(working / _PROBES, take(vlm, None, asked, stage=Stage.UNLEARNED, progress=school.progress))
        write_json(working / _ANSWERS, {**_said(vlm, asked)})

    folder = cached(school.cache, "studied", key, build)
    said = TypeAdapter(dict[str, str]).validate_python(read_json(folder / _ANSWERS))
    return read_probes(folder / _PROBES), said


def _said(vlm: VisionLanguageModel, asked: Sequence[Probe]) -> dict[str, str]:
    forget = [probe.sample for probe in asked if probe.group is Group.FORGET]
    said: dict[str, str] = {}
    for shown in (True, False):
        part = [sample for sample in forget if sample.pictured is shown]
        for batch in answer(vlm, part):
            said |= {part[one.place].question.id: one.text for one in batch}
    return said


def _relearn(vlm: VisionLanguageModel, school: School, again: Split, member: Member) -> None:
    told = [probe.sample for probe in probes(school.profiles, again, seed=member.seed) if probe.group is Group.FORGET]
    teaching = school.spec.teaching.model_copy(update={"epochs": 1, "min_steps": RELEARNING})
    pupil = replace(vlm, spec=school.spec.model_copy(update={"teaching": teaching}))
    teach(pupil, told, [], title=f"relearning {member.title}", seed=member.seed, progress=school.progress)


def _mean(values: Sequence[float | None]) -> float | None:
    present = [value for value in values if value is not None]
    return sum(present) / len(present) if present else None
