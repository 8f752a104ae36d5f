"""Erasure metrics of a run: does a model still hold what it no longer says?

Cells are named `<group>.<task>.<metric>`, or `<group>.<task>.<domain>.<metric>`, like those of answers:

- `multiple_choice`, `truth_ratio`: of the true answer and the wrong ones, see `scoring/erasure/likelihood.py`. The true
  answer stands in the words that were taught, since people come without paraphrases; TOFU paraphrases it.
- `prefill`: Fact [0, 10], by the offline rules, of what the model makes of the answer's first words.

Aggregates are `forget_quality` (over all forget questions, against the retain model's truth ratios) and
`membership.<attack>`, the AUC of telling the forget set's answers from those about strangers nobody was taught, with
whole people drawn for the interval.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from smfa_bench.data.probes import Group
from smfa_bench.results.answer import Stage
from smfa_bench.results.probe import ProbeRecord
from smfa_bench.results.result import Measure, ModelResult
from smfa_bench.results.summary import cell_names, cells_of, several_domains
from smfa_bench.scoring.erasure.auc import auc_over_people
from smfa_bench.scoring.erasure.forget_quality import forget_quality
from smfa_bench.scoring.erasure.likelihood import answer_probability, multiple_choice, truth_ratio
from smfa_bench.scoring.erasure.membership import loss_score, min_k, min_k_plus_plus, zlib_score
from smfa_bench.scoring.fact import fact_score

ATTACKS: Final[Mapping[str, Callable[[ProbeRecord], float]]] = {
    "loss": lambda record: loss_score(record.right.log_p),
    "zlib": lambda record: zlib_score(record.right.log_p, record.question.answer),
    "min_k": lambda record: min_k(record.right.log_p),
    "min_k_plus_plus": lambda record: min_k_plus_plus(record.right.log_p, record.right.means, record.right.deviations),
}
"""Membership scores by name; higher: more likely taught."""
METRICS: Final[Mapping[str, Callable[[ProbeRecord], float | None]]] = {
    "multiple_choice": lambda record: _choice(record),
    "truth_ratio": lambda record: _ratio(record),
    "prefill": lambda record: None if record.completion is None else fact_score(record.question, record.completion),
}
"""Scores of one question by name; None where there is nothing to compare with."""


def summarise_erasure(records: Sequence[ProbeRecord], *, seed: int) -> dict[Stage, ModelResult]:
    """Return cells and aggregates of every model that the records hold.

    A metric that lacks what it is compared with (a wrong answer, a stranger, the retain model) is missing.

    Args:
        records: Of one run.
        seed: Seed of the bootstrap.
    """
    by_stage = {stage: [record for record in records if record.model is stage] for stage in Stage}
    ratios = {stage: _ratios(found) for stage, found in by_stage.items()}
    results = {}
    for stage, found in by_stage.items():
        if not found:
            continue
        scores: dict[str, list[tuple[str, float | None]]] = defaultdict(list)
        known = [record for record in found if record.group is not Group.STRANGER]
        several = several_domains((_place(record), record.question) for record in known)
        for record in known:
            for metric, score in METRICS.items():
                value = score(record)
                for name in cell_names(_place(record), record.question, metric, several):
                    scores[name].append((record.question.subject, value))
        cells, _ = cells_of(scores, seed=seed)
        quality = _quality(ratios[stage], ratios[Stage.RETAIN])
        attacks = {f"membership.{name}": membership(found, attack, seed=seed) for name, attack in ATTACKS.items()}
        results[stage] = ModelResult(cells=cells, aggregates={"forget_quality": Measure(value=quality), **attacks})
    return results


def _place(record: ProbeRecord) -> str:
    return f"{record.group}.{record.question.task}"


def membership(records: Sequence[ProbeRecord], attack: Callable[[ProbeRecord], float], *, seed: int) -> Measure:
    """Return the AUC of one attack on one model; missing if nobody is forgotten or there are no strangers."""
    groups: dict[Group, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        groups[record.group][record.question.subject].append(attack(record))
    if not groups[Group.FORGET] or not groups[Group.STRANGER]:
        return Measure(value=None)
    area = auc_over_people(groups[Group.FORGET], groups[Group.STRANGER], seed=seed)
    if min(len(groups[Group.FORGET]), len(groups[Group.STRANGER])) < 2:
        return Measure(value=area.value)
    return Measure(value=area.value, low=area.interval.low, high=area.interval.high)


def _quality(ratios: Sequence[float], retain_model: Sequence[float]) -> float | None:
    return forget_quality(ratios, retain_model) if ratios and retain_model else None


def _ratios(records: Sequence[ProbeRecord]) -> list[float]:
    found = [_ratio(record) for record in records if record.group is Group.FORGET]
    return [ratio for ratio in found if ratio is not None]


def _ratio(record: ProbeRecord) -> float | None:
    right, wrong = _probabilities(record)
    return truth_ratio(right, wrong) if wrong and right else None


def _choice(record: ProbeRecord) -> float | None:
    right, wrong = _probabilities(record)
    return multiple_choice(right, wrong) if wrong and right + sum(wrong) else None


def _probabilities(record: ProbeRecord) -> tuple[float, list[float]]:
    return answer_probability(record.right.log_p), [answer_probability(wrong.log_p) for wrong in record.wrong]
