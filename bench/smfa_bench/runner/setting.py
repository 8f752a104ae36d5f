"""What all stages of a run share, from the configuration; every fault of it is told before anything slow begins."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from smfa_bench.data.asking import as_asked
from smfa_bench.data.phrasing import usual_phrasing
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.sources import find_source
from smfa_bench.data.split import Split
from smfa_bench.data.validation import withheld
from smfa_bench.fingerprint import fingerprint
from smfa_bench.generation.tally import Tally
from smfa_bench.method import Method
from smfa_bench.models.choose import choose_model, source_fingerprint
from smfa_bench.models.spec import ModelSpec
from smfa_bench.options import make_method
from smfa_bench.progress import Progress
from smfa_bench.registry import JUDGES, METHODS
from smfa_bench.results.result import RunConfig
from smfa_bench.scoring.appoint import appoint, entry_name
from smfa_bench.scoring.scorer import Judge


@dataclass
class Setting:
    """What all stages of a run share."""

    config: RunConfig
    """With the wording in which questions are asked."""
    spec: ModelSpec
    base: str
    """Fingerprint of the base model's files."""
    method: Method
    method_code: str | None
    """Fingerprint of the method's own code; None for what comes with the suite."""
    profiles: ProfileSet
    """As they are taught."""
    asked: ProfileSet
    """As they are asked about: the same people, maybe in other words and pictures."""
    split: Split
    judge: Judge
    cache: Path
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    """What each stage that asked took, by its name in `seconds`."""

    @contextmanager
    def timed(self, stage: str) -> Iterator[Tally]:
        """Add the time of a block to a stage; what the block counts in what it is given is kept if it asked."""
        start, tally = time.monotonic(), self.tallies.get(stage, Tally())
        yield tally
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.monotonic() - start
        if tally.questions:
            self.tallies[stage] = tally


def prepare(config: RunConfig, cache: Path, progress: Progress, *, before: Setting | None = None) -> Setting:
    """Check all that is asked for before anything slow begins.

    Args:
        config: What is asked for.
        cache: Where taught models and their answers are kept.
        progress: Is told of every stage.
        before: Of a run just made: if it was of the same people, they are not made, nor their file read, again.

    Raises:
        UsageError: If a name, an option or a number can't be used.
    """
    spec = choose_model(config.model).loaded_as(config.loading)
    if config.gate is not None:
        spec = spec.model_copy(update={"gate": config.gate})
    method = make_method(config.method, config.options, spec.adapting)
    judge = appoint(config.judge)
    if before is not None and _people(config, spec) == _people(before.config, before.spec):
        profiles = before.profiles
    else:
        source = find_source(config.profiles)
        profiles = source(size=config.size, seed=config.seed, picture_size=spec.picture_size)
        before = None
    config = config.model_copy(update={"phrasing": config.phrasing or usual_phrasing(profiles)})
    if before is not None and _wording(config) == _wording(before.config):
        asked = before.asked
    else:
        asked = as_asked(profiles, config.phrasing, config.pictures)
    split = config.split(profiles)
    if config.eval_every is not None:
        withheld(split, seed=config.seed)
    return Setting(
        config,
        spec,
        source_fingerprint(spec),
        method,
        METHODS.code(config.method),
        profiles,
        asked,
        split,
        judge,
        cache,
        progress,
    )


def _people(config: RunConfig, spec: ModelSpec) -> tuple[object, ...]:
    return config.profiles, config.size, config.seed, spec.picture_size


def _wording(config: RunConfig) -> tuple[object, ...]:
    return config.phrasing, config.pictures


def name_run(setting: Setting) -> str:
    """Return a name that reads well and differs for every configuration, model and profile set."""
    config = setting.config
    options = json.loads(setting.method.config.model_dump_json())
    key = fingerprint(
        {
            "config": config.model_dump(mode="json", exclude={"options"}),
            "options": options,
            "code": [code for code in (setting.method_code, JUDGES.code(entry_name(config.judge))) if code],
            "spec": setting.spec.model_dump(mode="json", exclude={"source"}),
            "base": setting.base,
            "data": setting.profiles.fingerprint,
        }
    )
    name = "".join(letter if letter.isalnum() else "-" for letter in config.method).strip("-")
    form = f"-{config.form}" if config.form else ""
    form = form.replace(", ", "-").replace(" ", "-")
    return f"{name}-{setting.split.name}{form}-seed{config.seed}-{key[:8]}"
