"""The result of a run: everything needed to read it, to check it and to make it again."""

from collections.abc import Mapping
from typing import Final, Self

from pydantic import Field, JsonValue, model_validator

from smfa_bench.data.knowledge import Knowledge
from smfa_bench.data.phrasing import Phrasing
from smfa_bench.data.profile_set import Origin, ProfileSet
from smfa_bench.data.rerendering import Pictures
from smfa_bench.data.split import FewShotSampling, ForgetBy, Split, make_split
from smfa_bench.data.validation import Validation
from smfa_bench.errors import UsageError
from smfa_bench.models.spec import Loading, ModelSpec
from smfa_bench.record import Record
from smfa_bench.results.answer import Stage
from smfa_bench.scoring.appoint import entry_name

SCHEMA_VERSION: Final = 2


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
    """By metric name: "forget.image_memory.fact"; "forget.image_memory.fundus.fact" is over one domain, and there where
    there are several."""
    aggregates: dict[str, Measure]
    """By name: "overall_memory.fact", "gold_score"."""


class Judged(Record):
    """What one judge says of a run."""

    appointed: str
    """Name and options the judge was appointed by: "offline", "openai?model=NAME"."""
    models: dict[Stage, ModelResult]
    """Cells of Fact and Meaningful, and what is made of them."""
    answers: int = Field(ge=0)
    """Number of answers, judged or not."""
    missing: int = Field(ge=0)
    """Number of answers without a verdict; they are in no mean."""
    most_missing: float = Field(ge=0, le=1)
    """Share of the answers above which the verdicts are incomplete."""
    incomplete: bool
    """Whether more of the answers have no verdict: the means are of a part of the answers that chance did not draw."""


def _absent(value: object) -> bool:
    """Leave an option that came later out of what is written, and so out of the names of runs without it."""
    return value is None


def _usual(value: object) -> bool:
    return value in (ForgetBy.RANDOM, Pictures.ORIGINAL)


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
    forget_by: ForgetBy = Field(default=ForgetBy.RANDOM, exclude_if=_usual)
    """How the forget set is drawn from all people."""
    phrasing: Phrasing | None = Field(default=None, exclude_if=_absent)
    """In which words every model is asked; all are taught, and methods shown, the template. None leaves it to the
    people: held-out, or template where they have no other wording; the configuration of a result names it."""
    pictures: Pictures = Field(default=Pictures.ORIGINAL, exclude_if=_usual)
    """Which pictures of the people are shown with the questions; taught are the original ones."""
    eval_every: int | None = Field(default=None, ge=1, exclude_if=_absent)
    """Training steps of the method from one validation to the next; None validates nothing and withholds nobody."""
    options: dict[str, JsonValue] = Field(default_factory=dict)
    """Options of the method that differ from its defaults."""

    @property
    def form(self) -> str:
        """How questions are asked if not as usual: "template wording, rerendered pictures"; else ""."""
        wording = "" if self.phrasing in (None, Phrasing.HELD_OUT) else f"{self.phrasing} wording"
        pictures = "" if self.pictures is Pictures.ORIGINAL else f"{self.pictures} pictures"
        return ", ".join(filter(None, (wording, pictures)))

    def split(self, profiles: ProfileSet) -> Split:
        """Return who is forgotten, seen by the method and kept.

        Raises:
            UsageError: If the people can't be split so.
        """
        return make_split(
            profiles,
            forget_ratio=self.forget_ratio,
            few_shot=self.few_shot,
            sampling=self.few_shot_sampling,
            by=self.forget_by,
            seed=self.seed,
        )


class Asking(Record):
    """What asking took in one stage: of the first process, and of a resumed stage since it went on."""

    questions: int = Field(ge=1)
    tokens: int = Field(ge=0)
    """Tokens of the answers."""
    vision_passes: int = Field(ge=0)
    """Times that the vision tower ran; on how many pictures at a time, the model's memory decides."""
    questions_per_second: float
    tokens_per_second: float
    """Both by the stage's seconds, loading of the model included."""


class RunResult(Record):
    """The content of `result.json`."""

    schema_version: int = SCHEMA_VERSION
    run_id: str
    config: RunConfig
    """As given."""
    method_config: dict[str, JsonValue]
    """The method's options as resolved."""
    method_code: str | None = Field(default=None, exclude_if=_absent)
    """Fingerprint of the method's file or package; None for what comes with the suite, whose version `versions` has."""
    model: ModelSpec
    data: Origin
    data_fingerprint: str
    split: Split
    fingerprints: dict[str, str]
    """Of the models: base, vanilla, retain; weights of the decoder's linear layers."""
    unjudged: dict[Stage, ModelResult]
    """What needs no judge: cells of rules and likelihoods, and what is made of them."""
    judged: dict[str, Judged] = Field(min_length=1)
    """By name and version of the judge, the one that was asked last at the end; never averaged over judges."""
    served: str | None = None
    """Name under which a server answered for the unlearned model; None if the model was asked here."""
    erasure: dict[Stage, ModelResult] = Field(default_factory=dict)
    """What likelihoods tell of each model; empty if they were not taken, which is never the same as zero."""
    adapter: dict[str, JsonValue]
    """What the adapter says of itself, such as the share of masked entries of each matrix."""
    curves: dict[str, list[float]]
    """Loss of each step, by training."""
    validation: Validation | None = Field(default=None, exclude_if=_absent)
    """What was validated while the method trained; None if nothing was."""
    seconds: dict[str, float]
    """Time of each stage; a stage taken from the cache is not listed."""
    asking: dict[str, Asking] = Field(default_factory=dict)
    """By stage, of those in `seconds` that asked; empty in results of older releases."""
    peak_memory_mib: float
    versions: dict[str, str]
    """Of Python, smfa-bench and the libraries that numbers depend on; device, threads and training precision."""
    git_revision: str | None
    """Of the working directory, with "+changes" if it was not clean; None outside a repository."""

    @model_validator(mode="after")
    def _numbers_stand_once(self) -> Self:
        for judged in self.judged.values():
            for stage, model in judged.models.items():
                other = self.unjudged.get(stage)
                if other and (model.cells.keys() & other.cells.keys() or model.aggregates.keys() & other.aggregates):
                    raise ValueError("a number stands among those of a judge and among those that need none")
        return self

    def by(self, judge: str) -> Self:
        """Return the result as one judge sees it, whose `judge` and `models` can be read.

        Args:
            judge: Name in `judged`, or what a judge was appointed by, with its options or without; of several versions
                of one judge the one that was asked last.

        Raises:
            UsageError: If no judge of the run is meant, or several are.
        """
        meant = [name for name, one in self.judged.items() if judge in (name, one.appointed, entry_name(one.appointed))]
        meant = [judge] if judge in meant else meant
        if not meant:
            raise UsageError(
                f"{self.run_id} has no scores of the judge {judge!r}. Valid: {', '.join(self.judged)}. "
                f"Score it first: smfa-bench score {self.run_id} --judge {judge}."
            )
        if len({self.judged[name].appointed for name in meant}) > 1:
            raise UsageError(f"{judge!r} means {len(meant)} judges of {self.run_id}: {', '.join(meant)}; name one.")
        return self.model_copy(update={"judged": {meant[-1]: self.judged[meant[-1]]}})

    @property
    def judge(self) -> str:
        """Name and version of the judge behind Fact and Meaningful.

        Raises:
            ValueError: If there are several; choose one by `by`.
        """
        return self._only()[0]

    @property
    def models(self) -> Mapping[Stage, ModelResult]:
        """All numbers of each model, those of the one judge and those that need none.

        Raises:
            ValueError: If there are several judges; choose one by `by`.
        """
        judged = self._only()[1].models
        stages = [stage for stage in Stage if stage in judged or stage in self.unjudged]
        return {stage: _joined(judged.get(stage), self.unjudged.get(stage)) for stage in stages}

    def _only(self) -> tuple[str, Judged]:
        if len(self.judged) != 1:
            raise ValueError(f"{self.run_id} has scores of {len(self.judged)} judges, which are never mixed.")
        return next(iter(self.judged.items()))


def _joined(*parts: ModelResult | None) -> ModelResult:
    found = [part for part in parts if part is not None]
    return ModelResult(
        cells=dict(sorted((name, cell) for part in found for name, cell in part.cells.items())),
        aggregates={name: measure for part in found for name, measure in part.aggregates.items()},
    )
