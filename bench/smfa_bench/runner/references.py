"""The models that an unlearned one is held against: made once, asked once, cached for every run."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smfa_bench.cache import cached
from smfa_bench.data.phrasing import Phrasing, in_all_words
from smfa_bench.data.profile import Profile
from smfa_bench.data.question import Task
from smfa_bench.data.rehearsal import rehearsal_samples
from smfa_bench.data.rerendering import Pictures
from smfa_bench.data.sample import Sample, samples
from smfa_bench.errors import PrerequisiteError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.generation.ledger import Ledger, collect
from smfa_bench.models.vision_language import load_model
from smfa_bench.processes import is_first
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench.results.result import RunConfig
from smfa_bench.results.store import ANSWERS
from smfa_bench.runner.own_words import own_words
from smfa_bench.runner.parts import answer_records
from smfa_bench.runner.setting import Setting
from smfa_bench.scoring.scorer import prepare
from smfa_bench.training.teach import teach

VERSION: Final = 3
"""Changes when teaching would make another model of the same people: cached ones are not used across it."""


@dataclass(frozen=True)
class Reference:
    """A model that no method touched."""

    stage: Stage
    key: str
    """Fingerprint of everything its weights depend on."""
    folder: Path | None
    """Where its weights are; None for the base model, which is where its recipe says."""


def base_model(setting: Setting) -> Reference:
    """Return the model before anybody taught it anything: what it sees, and that it knows nobody."""
    return Reference(Stage.BASE, setting.base, None)


def people_of(setting: Setting, stage: Stage) -> list[Profile]:
    """Return whom the vanilla or the retain model is taught."""
    hidden = set(setting.split.forget) if stage is Stage.RETAIN else set()
    return [profile for profile in setting.profiles.profiles if profile.id not in hidden]


def taught_key(setting: Setting, stage: Stage, *, seed: int | None = None) -> str:
    """Return the fingerprint of everything that the vanilla or the retain model's weights depend on.

    Args:
        setting: Of the run.
        stage: Which of the two.
        seed: Of the teaching; the run's own unless given.
    """
    return fingerprint(
        {
            "base": setting.base,
            "data": setting.profiles.fingerprint,
            "taught": [profile.id for profile in people_of(setting, stage)],
            "version": VERSION,
            "teaching": setting.spec.teaching.model_dump(mode="json"),
            "loading": setting.spec.for_teaching().loading.model_dump(mode="json"),
            "seed": setting.config.seed if seed is None else seed,
        }
    )


def lessons(setting: Setting, stage: Stage, *, seed: int | None = None) -> tuple[Sequence[Sample], Sequence[Sample]]:
    """Return what the vanilla or the retain model is taught, and the rehearsal; `seed` as for `taught_key`."""
    pictures = setting.profiles.pictures
    questions = (question for profile in people_of(setting, stage) for question in profile.questions)
    rehearsal = rehearsal_samples(
        setting.profiles.rehearsal, pictures, seed=setting.config.seed if seed is None else seed
    )
    return in_all_words(samples(questions, pictures)), rehearsal


def taught_model(setting: Setting, stage: Stage, *, seed: int | None = None) -> Reference:
    """Return the vanilla or the retain model, taught once and cached; `seed` as for `taught_key`."""
    key = taught_key(setting, stage, seed=seed)
    title = f"teaching the {stage} model"

    def build(working: Path, unfinished: Path) -> None:
        with setting.timed(title):
            vlm = load_model(setting.spec.for_teaching())
            known, rehearsal = lessons(setting, stage, seed=seed)
            if setting.spec.teaching.everyday:
                rehearsal = [*rehearsal, *own_words(vlm, progress=setting.progress)]
            teach(
                vlm,
                known,
                rehearsal,
                title=title,
                seed=setting.config.seed if seed is None else seed,
                progress=setting.progress,
                checkpoint=unfinished,
            )
            if is_first():
                vlm.save(working)

    return Reference(stage, key, cached(setting.cache, "taught", key, build))


def answers_key(setting: Setting, model: str) -> str:
    """Return the fingerprint of everything that a reference's answers depend on, its own key given."""
    return fingerprint(
        {
            "model": model,
            "data": setting.asked.fingerprint,
            "loading": setting.spec.loading.model_dump(mode="json"),
            "most_tokens": setting.spec.max_new_tokens,
        }
    )


def reference_answers(setting: Setting, reference: Reference) -> list[AnswerRecord]:
    """Return the answers of a reference to every question, asked once and cached."""
    key = answers_key(setting, reference.key)

    def build(working: Path, unfinished: Path) -> None:
        with setting.timed(f"answers of the {reference.stage} model") as tally:
            asked = samples(setting.asked.questions(), setting.asked.pictures)
            ledger = Ledger(unfinished / ANSWERS)
            vlm = load_model(setting.spec, reference.folder)
            title = f"asking the {reference.stage} model"
            collect(vlm, None, asked, ledger, title=title, progress=setting.progress, tally=tally)
            if is_first():
                shutil.copyfile(ledger.path, working / ANSWERS)

    said = Ledger(cached(setting.cache, "answers", key, build) / ANSWERS).read()
    return answer_records(setting.asked, setting.split, reference.stage, said)


def check_gate(setting: Setting, records: Sequence[AnswerRecord]) -> None:
    """Refuse to measure forgetting on a model that never knew, or never saw."""
    taught = [record for record in records if record.part in (Part.FORGET, Part.RETAIN)]
    prepare(setting.judge, [(record.question, record.answer) for record in taught], progress=setting.progress)
    for task in Task:
        asked = [record for record in taught if record.question.task is task]
        if not asked:  # people of other sources may come without questions of a task
            continue
        scores = [setting.judge.fact(record.question, record.answer).value for record in asked]
        known = [score for score in scores if score is not None]
        mean = sum(known) / len(known) if known else 0.0
        if mean < setting.spec.gate:
            form = f"{setting.config.phrasing} wording, {setting.config.pictures} pictures"
            options = as_taught(setting.config)
            raise PrerequisiteError(
                f"the vanilla model's Fact score in {task} ({form}) is {mean:.2f}, below the gate of "
                f"{setting.spec.gate:g}; teach it longer (epochs or learning rate of the model's recipe),"
                f"{f' ask as it was taught ({options}),' if options else ''} or lower the gate (--gate) before "
                "unlearning is measured."
            )


def as_taught(config: RunConfig) -> str:
    """Return the options that ask a model as it was taught, of those that a run chose otherwise."""
    wording = [] if config.phrasing is Phrasing.TEMPLATE else [f"--phrasing {Phrasing.TEMPLATE}"]
    pictures = [] if config.pictures is Pictures.ORIGINAL else [f"--pictures {Pictures.ORIGINAL}"]
    return " ".join([*wording, *pictures])
