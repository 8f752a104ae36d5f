"""The method's turn: its adapter, held to the contract, and what the model says with it."""

import logging
from pathlib import Path
from typing import Final

import torch

from smfa_bench.adapter.adapter import Adapter
from smfa_bench.adapter.files import load_adapter, save_adapter
from smfa_bench.data.phrasing import Phrasing
from smfa_bench.data.sample import Sample, UnlearnData, samples
from smfa_bench.data.split import unlearn_data
from smfa_bench.data.validation import Validation, ValidationSet, validation_set, withheld, without
from smfa_bench.errors import BenchError, DamagedFileError
from smfa_bench.generation.ledger import Ledger, collect
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.processes import decided, is_first
from smfa_bench.results.answer import AnswerRecord, Stage
from smfa_bench.runner.parts import answer_records
from smfa_bench.runner.setting import Setting
from smfa_bench.training.validating import known_with, validating

ASKING: Final = "answers of the unlearned model"
"""Name of the stage."""
log = logging.getLogger(__name__)


def obtain_adapter(setting: Setting, vanilla: VisionLanguageModel, folder: Path, known: Adapter | None) -> Adapter:
    """Return the method's adapter: the one saved in the run's folder, the known one, or a new one."""
    if decided(folder.exists):
        try:
            return load_adapter(folder)
        except DamagedFileError as error:
            log.warning("%s Making it again.", error)
    every = setting.config.eval_every
    if known is None:
        with setting.timed("unlearning"):
            known = _unlearn(setting, vanilla) if every is None else _validated(setting, vanilla, every=every)
    elif known.validation is not None:  # of the same trainings, but made into another adapter
        returned = known_with(vanilla, known, _asked_to_validate(setting))
        known.validation = known.validation.model_copy(update={"returned": returned})
    if is_first():
        save_adapter(known, folder)
    return known


def asked_when_unlearned(setting: Setting) -> tuple[Sample, ...]:
    """Return the questions: all but those about the few-shot retain people."""
    few_shot = set(setting.split.few_shot)
    questions = [question for question in setting.asked.questions() if question.subject not in few_shot]
    return samples(questions, setting.asked.pictures)


def ask_unlearned(
    setting: Setting, vanilla: VisionLanguageModel, adapter: Adapter, ledger: Ledger
) -> list[AnswerRecord]:
    """Return the answers of the vanilla model with the adapter."""
    title = "asking the unlearned model"
    with setting.timed(ASKING) as tally:
        asked = asked_when_unlearned(setting)
        said = collect(vanilla, adapter, asked, ledger, title=title, progress=setting.progress, tally=tally)
    return answer_records(setting.asked, setting.split, Stage.UNLEARNED, said)


def shown_to_method(setting: Setting) -> UnlearnData:
    """Return what the method gets: all that it may see, but for the people that are withheld for its validation."""
    split = setting.split
    if setting.config.eval_every is not None:
        split = without(split, withheld(split, seed=setting.config.seed))
    return unlearn_data(setting.profiles, split)


def _validated(setting: Setting, vanilla: VisionLanguageModel, *, every: int) -> Adapter:
    """Return the method's adapter with what was validated of it, every so many steps."""
    asked = _asked_to_validate(setting)
    if asked.phrasing is Phrasing.TEMPLATE and is_first():
        log.warning("these people's questions have no other words to validate in; they are asked as they are taught.")
    with validating(asked, every=every) as found:
        adapter = _unlearn(setting, vanilla)
    adapter.validation = Validation(
        every=every,
        phrasing=asked.phrasing,
        withheld=withheld(setting.split, seed=setting.config.seed),
        trainings=found.curves(),
        returned=known_with(vanilla, adapter, asked),
    )
    return adapter


def _asked_to_validate(setting: Setting) -> ValidationSet:
    return validation_set(setting.profiles, setting.asked, setting.split, seed=setting.config.seed)


def _unlearn(setting: Setting, vanilla: VisionLanguageModel) -> Adapter:
    data = shown_to_method(setting)
    before = vanilla.fingerprint(whole=True)
    name = setting.config.method
    try:
        adapter = setting.method.unlearn(vanilla, data, seed=setting.config.seed, progress=setting.progress)
    except BenchError:
        raise
    except Exception as error:
        raise BenchError(
            f"method {name} failed with {type(error).__name__}: {error}; see it with --traceback."
        ) from error
    if not isinstance(adapter, Adapter):
        raise BenchError(f"method {name} returned a {type(adapter).__name__}; it must return an Adapter.")
    if vanilla.fingerprint(whole=True) != before:
        raise BenchError(f"method {name} changed the vanilla weights; it must leave them as they are.")
    astray = [key for key, tensor in adapter.tensors().items() if not torch.isfinite(tensor).all()]
    if astray:
        raise BenchError(
            f"method {name} returned an adapter that is not finite ({astray[0]}); lower its learning rate, "
            f"for example --set learning_rate={setting.spec.adapting.learning_rate / 3:.1g}."
        )
    return adapter
