"""A run from its configuration to its result: the only place where all stages meet."""

import json
import logging
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from smfa_bench.adapter.adapter import Adapter
from smfa_bench.adapter.files import load_adapter, save_adapter
from smfa_bench.cache import cached
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Task
from smfa_bench.data.rehearsal import rehearsal_samples
from smfa_bench.data.sample import samples
from smfa_bench.data.split import Split, make_split, unlearn_data
from smfa_bench.errors import BenchError, DamagedFileError, PrerequisiteError
from smfa_bench.fingerprint import file_digest, fingerprint
from smfa_bench.generation.ledger import Ledger, Said, collect
from smfa_bench.method import Method
from smfa_bench.models.choose import choose_model, source_fingerprint
from smfa_bench.models.spec import ModelSpec
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.options import make_method
from smfa_bench.progress import Progress
from smfa_bench.registry import JUDGES, PROFILES, SCORERS, source_file
from smfa_bench.results.answer import AnswerRecord, Part, Stage, read_answers, write_answers
from smfa_bench.results.environment import git_revision, peak_memory_mib, versions
from smfa_bench.results.result import RunConfig, RunResult
from smfa_bench.results.score import score_answers
from smfa_bench.results.store import ADAPTER, ANSWERS, RESULT, read_result, write_result
from smfa_bench.results.summary import summarise
from smfa_bench.scoring.scorer import Judge, Scorer
from smfa_bench.storage import locked
from smfa_bench.training.teach import teach

UNFINISHED = "unfinished.jsonl"
log = logging.getLogger(__name__)


@dataclass
class _Setting:
    """What all stages of a run share."""

    config: RunConfig
    spec: ModelSpec
    base: str
    """Fingerprint of the base model's files."""
    method: Method
    profiles: ProfileSet
    split: Split
    judge: Judge
    cache: Path
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time of a block to a stage."""
        start = time.monotonic()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.monotonic() - start


def run(
    config: RunConfig, *, runs_dir: Path, cache: Path, progress: Progress, adapter: Adapter | None = None
) -> RunResult:
    """Do what of a run is not done yet and return its result.

    Args:
        config: What is asked for; everything the run does follows from it.
        runs_dir: The run gets a folder of its own in it.
        cache: Where taught models and their answers are kept for other runs.
        progress: Is told of every stage.
        adapter: What the method of this configuration would return, if that is known already; it is not trained then.

    Raises:
        UsageError: If a name, an option or a number can't be used.
        PrerequisiteError: If the vanilla model does not know the facts or does not see.
        BenchError: If a method breaks its contract, or a file can't be written.
    """
    setting = _prepare(config, cache, progress)
    run_id = _run_id(setting)
    folder = runs_dir / run_id
    with locked(folder / ".lock"):
        finished = _finished(folder)
        if finished is not None:
            return finished
        vanilla_folder, records = _reference(setting, Stage.VANILLA)
        _check_gate(setting, records)
        vanilla = load_model(setting.spec, vanilla_folder)
        adapter = _adapter(setting, vanilla, folder / ADAPTER, adapter)
        records += _unlearned(setting, vanilla, adapter, Ledger(folder / UNFINISHED))
        if config.with_retain_model:
            records += _reference(setting, Stage.RETAIN)[1]
        with setting.timed("scoring"):
            records = score_answers(records, setting.judge, _rules(), progress=progress)
            models = summarise(records, seed=config.seed)
        write_answers(folder / ANSWERS, records)
        result = RunResult(
            run_id=run_id,
            config=config,
            method_config=json.loads(setting.method.config.model_dump_json()),
            model=setting.spec,
            data=setting.profiles.origin,
            data_fingerprint=setting.profiles.fingerprint,
            split=setting.split,
            fingerprints={"base": setting.base, "vanilla": vanilla.fingerprint()},
            judge=setting.judge.name,
            models=models,
            adapter=adapter.statistics(),
            curves=adapter.curves,
            seconds=setting.seconds,
            peak_memory_mib=peak_memory_mib(),
            versions=versions(),
            git_revision=git_revision(),
        )
        write_result(folder, result)
        (folder / UNFINISHED).unlink(missing_ok=True)
    return result


def rescore(folder: Path, judge: str, *, progress: Progress) -> RunResult:
    """Score the saved answers of a run again, without any model, and write the result anew.

    Raises:
        DamagedFileError: If the result or an answer can't be read; nothing is changed then.
    """
    result = read_result(folder)
    chosen: Judge = JUDGES.get(judge)()
    records = read_answers(folder / ANSWERS)
    cells = [(name, cell) for model in result.models.values() for name, cell in model.cells.items()]
    asked = sum(cell.n + cell.missing for name, cell in cells if name.endswith(".fact"))
    if len(records) != asked:
        raise DamagedFileError(
            f"{folder / ANSWERS} holds {len(records)} answers, the run made {asked}; delete the run and run again."
        )
    records = score_answers(records, chosen, _rules(), progress=progress)
    models = summarise(records, seed=result.config.seed)
    renewed = result.model_copy(update={"models": models, "judge": chosen.name})
    write_answers(folder / ANSWERS, records)
    write_result(folder, renewed)
    return renewed


def _prepare(config: RunConfig, cache: Path, progress: Progress) -> _Setting:
    """Check all that is asked for before anything slow begins."""
    spec = choose_model(config.model)
    method = make_method(config.method, config.options, spec.adapting)
    judge: Judge = JUDGES.get(config.judge)()
    profiles: ProfileSet = PROFILES.get(config.profiles)(
        size=config.size, seed=config.seed, picture_size=spec.picture_size
    )
    split = make_split(
        profiles,
        forget_ratio=config.forget_ratio,
        few_shot=config.few_shot,
        sampling=config.few_shot_sampling,
        seed=config.seed,
    )
    return _Setting(config, spec, source_fingerprint(spec), method, profiles, split, judge, cache, progress)


def _run_id(setting: _Setting) -> str:
    """Return a name that reads well and differs for every configuration, model and profile set."""
    config = setting.config
    options = json.loads(setting.method.config.model_dump_json())
    key = fingerprint(
        {
            "config": config.model_dump(mode="json", exclude={"options"}),
            "options": options,
            "code": [file_digest(path) for path in map(source_file, (config.method, config.judge)) if path],
            "spec": setting.spec.model_dump(mode="json", exclude={"source"}),
            "base": setting.base,
            "data": setting.profiles.fingerprint,
        }
    )
    name = "".join(letter if letter.isalnum() else "-" for letter in config.method).strip("-")
    return f"{name}-{setting.split.name}-seed{config.seed}-{key[:8]}"


def _finished(folder: Path) -> RunResult | None:
    if not (folder / RESULT).exists():
        return None
    try:
        return read_result(folder)
    except DamagedFileError as error:
        log.warning("%s Making it again.", error)
        return None


def _reference(setting: _Setting, stage: Stage) -> tuple[Path, list[AnswerRecord]]:
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
    return folder, _records(setting, stage, Ledger(answers / ANSWERS).read())


def _adapter(setting: _Setting, vanilla: VisionLanguageModel, folder: Path, known: Adapter | None) -> Adapter:
    """Return the method's adapter: the one saved in the run's folder, the known one, or a new one."""
    if folder.exists():
        try:
            return load_adapter(folder)
        except DamagedFileError as error:
            log.warning("%s Making it again.", error)
    if known is None:
        with setting.timed("unlearning"):
            known = _unlearn(setting, vanilla)
    save_adapter(known, folder)
    return known


def _unlearn(setting: _Setting, vanilla: VisionLanguageModel) -> Adapter:
    data = unlearn_data(setting.profiles, setting.split)
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
    return adapter


def _unlearned(setting: _Setting, vanilla: VisionLanguageModel, adapter: Adapter, ledger: Ledger) -> list[AnswerRecord]:
    """Return the answers of the vanilla model with the adapter."""
    few_shot = set(setting.split.few_shot)
    questions = [question for question in setting.profiles.questions() if question.subject not in few_shot]
    asked = samples(questions, setting.profiles.pictures)
    with setting.timed("answers of the unlearned model"):
        said = collect(vanilla, adapter, asked, ledger, title="asking the unlearned model", progress=setting.progress)
    return _records(setting, Stage.UNLEARNED, said)


def _records(setting: _Setting, stage: Stage, said: dict[str, Said]) -> list[AnswerRecord]:
    """Put each answer into its part of the evaluation; the few-shot retain set is in none."""
    parts = dict.fromkeys(setting.split.forget, Part.FORGET) | dict.fromkeys(setting.split.retain, Part.RETAIN)
    parts |= {scene.id: Part.UNSEEN for scene in setting.profiles.unseen}
    parts |= {scene.id: Part.GENERAL for scene in setting.profiles.general}
    return [
        AnswerRecord(
            model=stage,
            part=parts[question.subject],
            question=question,
            answer=said[question.id].answer,
            probability=said[question.id].probability,
        )
        for question in setting.profiles.questions()
        if question.subject in parts
    ]


def _check_gate(setting: _Setting, records: Sequence[AnswerRecord]) -> None:
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


def _rules() -> list[Scorer]:
    return [SCORERS.get(name)() for name in SCORERS.entries]
