"""General knowledge before and after unlearning; asked apart, so that the people's questions keep their batches."""

import shutil
from pathlib import Path

from smfa_bench.adapter.adapter import Adapter
from smfa_bench.cache import cached
from smfa_bench.data.knowledge import Knowledge, knowledge_samples
from smfa_bench.data.sample import Sample
from smfa_bench.fingerprint import fingerprint
from smfa_bench.generation.ledger import Ledger, Said, collect
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.processes import is_first
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench.results.store import ANSWERS
from smfa_bench.runner.references import Reference
from smfa_bench.runner.setting import Setting


def knowledge_key(setting: Setting, model: str) -> str:
    """Return the fingerprint of everything that a reference's answers about the world depend on, its own key given."""
    return fingerprint(
        {
            "model": model,
            "knowledge": [sample.question.model_dump(mode="json") for sample in asked_of_the_world(setting)],
            "picture_size": setting.spec.picture_size if setting.config.knowledge is Knowledge.PICTURE else None,
            "loading": setting.spec.loading.model_dump(mode="json"),
            "most_tokens": setting.spec.max_new_tokens,
        }
    )


def reference_knowledge(setting: Setting, reference: Reference) -> list[AnswerRecord]:
    """Return what a reference knows of the world, asked once and cached; nothing if the run does not ask for it."""
    asked = asked_of_the_world(setting)
    if not asked:
        return []
    key = knowledge_key(setting, reference.key)
    title = f"general knowledge of the {reference.stage} model"

    def build(working: Path, unfinished: Path) -> None:
        with setting.timed(title) as tally:
            ledger = Ledger(unfinished / ANSWERS)
            vlm = load_model(setting.spec, reference.folder)
            collect(vlm, None, asked, ledger, title=title, progress=setting.progress, tally=tally)
            if is_first():
                shutil.copyfile(ledger.path, working / ANSWERS)

    said = Ledger(cached(setting.cache, "answers", key, build) / ANSWERS).read()
    return _records(asked, reference.stage, said)


def unlearned_knowledge(
    setting: Setting, vanilla: VisionLanguageModel, adapter: Adapter, ledger: Ledger
) -> list[AnswerRecord]:
    """Return what the vanilla model with the adapter knows of the world; nothing if the run does not ask for it."""
    asked = asked_of_the_world(setting)
    if not asked:
        return []
    title = "general knowledge of the unlearned model"
    with setting.timed(title) as tally:
        said = collect(vanilla, adapter, asked, ledger, title=title, progress=setting.progress, tally=tally)
    return _records(asked, Stage.UNLEARNED, said)


def asked_of_the_world(setting: Setting) -> tuple[Sample, ...]:
    """Return the questions about the world; none if the run does not ask for them."""
    form = setting.config.knowledge
    return () if form is None else knowledge_samples(form, picture_size=setting.spec.picture_size)


def _records(asked: tuple[Sample, ...], stage: Stage, said: dict[str, Said]) -> list[AnswerRecord]:
    return [
        AnswerRecord(
            model=stage,
            part=Part.KNOWLEDGE,
            question=sample.question,
            answer=said[sample.question.id].answer,
            probability=said[sample.question.id].probability,
        )
        for sample in asked
    ]
