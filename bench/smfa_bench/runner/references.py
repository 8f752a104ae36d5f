"""The models that an unlearned one is held against: taught once, asked once, cached for every run."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from smfa_bench.cache import cached
from smfa_bench.data.question import Task
from smfa_bench.data.rehearsal import rehearsal_samples
from smfa_bench.data.sample import samples
from smfa_bench.errors import PrerequisiteError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.generation.ledger import Ledger, collect
from smfa_bench.models.vision_language import load_model
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench.results.store import ANSWERS
from smfa_bench.runner.parts import answer_records
from smfa_bench.runner.setting import Setting
from smfa_bench.training.teach import teach


def reference(setting: Setting, stage: Stage) -> tuple[Path, list[AnswerRecord]]:
    """Return the folder of the vanilla or the retain model and its answers; both are made once and cached."""
    hidden = set(setting.split.forget) if stage is Stage.RETAIN else set()
    taught = [profile for profile in setting.profiles.profiles if profile.id not in hidden]
    key = fingerprint(
        {
            "base": setting.base,
            "data": setting.profiles.fingerprint,
            "taught": [profile.id for profile in taught],
            "teaching": setting.spec.teaching.model_dump(mode="json"),
            "seed": setting.config.seed,
        }
    )
    title = f"{stage} model"

    def build_model(working: Path, unfinished: Path) -> None:
        with setting.timed(f"teaching the {title}"):
            vlm = load_model(setting.spec)
            pictures = setting.profiles.pictures
            known = samples((question for profile in taught for question in profile.questions), pictures)
            rehearsal = rehearsal_samples(setting.profiles.rehearsal, pictures, seed=setting.config.seed)
            teach(
                vlm,
                known,
                rehearsal,
                title=f"teaching the {title}",
                seed=setting.config.seed,
                progress=setting.progress,
                checkpoint=unfinished,
            )
            vlm.save(working)

    def build_answers(working: Path, unfinished: Path) -> None:
        with setting.timed(f"answers of the {title}"):
            asked = samples(setting.profiles.questions(), setting.profiles.pictures)
            ledger = Ledger(unfinished / ANSWERS)
            vlm = load_model(setting.spec, folder)
            collect(vlm, None, asked, ledger, title=f"asking the {title}", progress=setting.progress)
            shutil.copyfile(ledger.path, working / ANSWERS)

    folder = cached(setting.cache, "taught", key, build_model)
    answers_key = fingerprint({"taught": key, "most_tokens": setting.spec.max_new_tokens})
    answers = cached(setting.cache, "answers", answers_key, build_answers)
    return folder, answer_records(setting.profiles, setting.split, stage, Ledger(answers / ANSWERS).read())


def check_gate(setting: Setting, records: Sequence[AnswerRecord]) -> None:
    """Refuse to measure forgetting on a model that never knew, or never saw."""
    for task in Task:
        scores = [
            setting.judge.fact(record.question, record.answer).value
            for record in records
            if record.question.task is task and record.part in (Part.FORGET, Part.RETAIN)
        ]
        known = [score for score in scores if score is not None]
        mean = sum(known) / len(known) if known else 0.0
        if mean < setting.spec.gate:
            raise PrerequisiteError(
                f"the vanilla model's Fact score in {task} is {mean:.2f}, below the gate of {setting.spec.gate:g}; "
                "teach it longer (epochs or learning rate of the model's recipe) before unlearning is measured."
            )
