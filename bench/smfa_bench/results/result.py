"""The result of a run: everything needed to read it, to check it and to make it again."""

from typing import Final

from pydantic import Field, JsonValue

from smfa_bench.data.knowledge import Knowledge
from smfa_bench.data.profile_set import Origin
from smfa_bench.data.split import FewShotSampling, Split
from smfa_bench.models.spec import Loading, ModelSpec
from smfa_bench.record import Record
from smfa_bench.results.answer import Stage

SCHEMA_VERSION: Final = 1


class Measure(Record):
    """A number with its uncertainty."""

    value: float | None = Field(allow_inf_nan=False)
    """None if it could not be measured, which is never the same as zero."""
    low: float | None = None
    """Bounds of the 95 % bootstrap interval over people; None with fewer than two people."""
    high: float | None = None


class Cell(Measure):
    """Mean score of one scorer over one part and one task."""

    n: int = Field(ge=0)
    """Number of answers that were scored."""
    missing: int = Field(ge=0)
    """Number of answers that could not be scored; they are in no mean."""


class ModelResult(Record):
    """How one model answered."""

    cells: dict[str, Cell]
    """By metric name: "forget.image_memory.fact"."""
    aggregates: dict[str, Measure]
    """By name: "overall_memory.fact", "gold_score"."""


def _absent(value: object) -> bool:
    """Leave an option that came later out of what is written, and so out of the names of runs without it."""
    return value is None


class RunConfig(Record):
    """What the user asked for, every option with its value."""

    method: str
    model: str = "tiny"
    loading: Loading = Loading()
    profiles: str = "fictional"
    size: int = Field(default=100, ge=3)
    """Number of people the vanilla model is taught."""
    seed: int = Field(default=0, ge=0)
    """Of the people, the split, the teaching and the method."""
    forget_ratio: float = Field(default=0.05, allow_inf_nan=False)
    few_shot: int = 10
    few_shot_sampling: FewShotSampling = FewShotSampling.RANDOM
    judge: str = "offline"
    with_retain_model: bool = False
    gate: float | None = Field(default=None, ge=0, le=10, allow_inf_nan=False, exclude_if=_absent)
    """Fact score that the vanilla model must reach, in place of the recipe's."""
    knowledge: Knowledge | None = Field(default=None, exclude_if=_absent)
    """How every model is also asked about the world; None does not ask."""
    options: dict[str, JsonValue] = Field(default_factory=dict)
    """Options of the method that differ from its defaults."""


class RunResult(Record):
    """The content of `result.json`."""

    schema_version: int = SCHEMA_VERSION
    run_id: str
    config: RunConfig
    """As given."""
    method_config: dict[str, JsonValue]
    """The method's options as resolved."""
    model: ModelSpec
    data: Origin
    data_fingerprint: str
    split: Split
    fingerprints: dict[str, str]
    """Of the models: base, vanilla, retain; weights of the decoder's linear layers."""
    judge: str
    """Name and version of the judge behind Fact and Meaningful."""
    served: str | None = None
    """Name under which a server answered for the unlearned model; None if the model was asked here."""
    models: dict[Stage, ModelResult]
    adapter: dict[str, JsonValue]
    """What the adapter says of itself, such as the share of masked entries of each matrix."""
    curves: dict[str, list[float]]
    """Loss of each step, by training."""
    seconds: dict[str, float]
    """Time of each stage; a stage taken from the cache is not listed."""
    peak_memory_mib: float
    versions: dict[str, str]
    """Of Python, smfa-bench and the libraries that numbers depend on; device, threads and training precision."""
    git_revision: str | None
    """Of the working directory, with "+changes" if it was not clean; None outside a repository."""
