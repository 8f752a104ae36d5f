"""A run from its configuration to its result: the only place where all stages meet."""

import json
import logging
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Final

from smfa_bench.adapter.adapter import Adapter
from smfa_bench.errors import DamagedFileError
from smfa_bench.generation.ledger import Ledger
from smfa_bench.generation.tally import Tally
from smfa_bench.models.vision_language import load_model
from smfa_bench.processes import decided, is_first
from smfa_bench.progress import Progress
from smfa_bench.results.answer import AnswerRecord, Stage, write_answers
from smfa_bench.results.environment import git_revision, peak_memory_mib, versions
from smfa_bench.results.erasure import summarise_erasure
from smfa_bench.results.judged import judged
from smfa_bench.results.probe import ProbeRecord, write_probes
from smfa_bench.results.result import Asking, RunConfig, RunResult
from smfa_bench.results.score import installed_scorers, score_answers
from smfa_bench.results.store import ADAPTER, ANSWERS, LIKELIHOODS, LOCK, RESULT, read_result, write_result
from smfa_bench.results.summary import summarise
from smfa_bench.runner.knowledge import reference_knowledge, unlearned_knowledge
from smfa_bench.runner.memory import check_memory
from smfa_bench.runner.probing import reference_probes, unlearned_probes
from smfa_bench.runner.references import base_model, check_gate, reference_answers, taught_model
from smfa_bench.runner.setting import Setting, name_run, prepare
from smfa_bench.runner.unlearning import ask_unlearned, obtain_adapter
from smfa_bench.storage import locked

UNFINISHED: Final = "unfinished.jsonl"
KNOWLEDGE: Final = "unfinished-knowledge.jsonl"
log = logging.getLogger(__name__)


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
        PrerequisiteError: If the model's weights do not fit into the free memory, or the vanilla model does not know
            the facts or does not see.
        BenchError: If a method breaks its contract, or a file can't be written.
    """
    return run_prepared(prepare(config, cache, progress), runs_dir=runs_dir, adapter=adapter)


def run_prepared(setting: Setting, *, runs_dir: Path, adapter: Adapter | None = None) -> RunResult:
    """Do what of a prepared run is not done yet and return its result; arguments and errors as those of `run`."""
    config = setting.config
    run_id = name_run(setting)
    folder = runs_dir / run_id
    with locked(folder / LOCK) if is_first() else nullcontext():
        finished = decided(lambda: _finished(folder))
        if finished is not None:
            return finished
        decided(lambda: check_memory(setting))
        taught = taught_model(setting, Stage.VANILLA)
        records = reference_answers(setting, taught)
        decided(lambda: check_gate(setting, records))
        records += reference_answers(setting, base_model(setting))
        records += [*reference_knowledge(setting, taught), *reference_knowledge(setting, base_model(setting))]
        probed = [*reference_probes(setting, base_model(setting)), *reference_probes(setting, taught)]
        vanilla = load_model(setting.spec, taught.folder)
        known = vanilla.fingerprint()
        adapter = obtain_adapter(setting, vanilla, folder / ADAPTER, adapter)
        records += ask_unlearned(setting, vanilla, adapter, Ledger(folder / UNFINISHED))
        records += unlearned_knowledge(setting, vanilla, adapter, Ledger(folder / KNOWLEDGE))
        probed += unlearned_probes(setting, vanilla, adapter)
        del vanilla  # two models at a time may be more than there is room for
        if config.with_retain_model:
            retain = taught_model(setting, Stage.RETAIN)
            records += [*reference_answers(setting, retain), *reference_knowledge(setting, retain)]
            probed += reference_probes(setting, retain)
        return decided(lambda: _conclude(setting, folder, records, probed, known, adapter))


def _conclude(
    setting: Setting,
    folder: Path,
    records: Sequence[AnswerRecord],
    probed: Sequence[ProbeRecord],
    vanilla: str,
    adapter: Adapter,
) -> RunResult:
    """Score the answers and write them, the likelihoods and the result."""
    config = setting.config
    with setting.timed("scoring"):
        scored = score_answers(records, setting.judge, installed_scorers(), progress=setting.progress)
        unjudged = summarise(scored, seed=config.seed)
        erasure = summarise_erasure(probed, seed=config.seed)
        said = judged(scored, setting.judge, appointed=config.judge, seed=config.seed)
    write_answers(folder / ANSWERS, scored)
    write_probes(folder / LIKELIHOODS, probed)
    result = RunResult(
        run_id=folder.name,
        config=config,
        method_config=json.loads(setting.method.config.model_dump_json()),
        method_code=setting.method_code,
        model=setting.spec,
        data=setting.profiles.origin,
        data_fingerprint=setting.profiles.fingerprint,
        split=setting.split,
        fingerprints={"base": setting.base, "vanilla": vanilla},
        unjudged=unjudged,
        erasure=erasure,
        judged={setting.judge.name: said},
        adapter=adapter.statistics(),
        curves=adapter.curves,
        validation=adapter.validation,
        seconds=setting.seconds,
        asking={stage: _asking(tally, setting.seconds[stage]) for stage, tally in setting.tallies.items()},
        peak_memory_mib=peak_memory_mib(),
        versions=versions(),
        git_revision=git_revision(),
    )
    write_result(folder, result)
    for name in (UNFINISHED, KNOWLEDGE):
        (folder / name).unlink(missing_ok=True)
    return result


def _asking(tally: Tally, seconds: float) -> Asking:
    return Asking(
        questions=tally.questions,
        tokens=tally.tokens,
        vision_passes=tally.vision_passes,
        questions_per_second=tally.questions / max(seconds, 1e-9),
        tokens_per_second=tally.tokens / max(seconds, 1e-9),
    )


def _finished(folder: Path) -> RunResult | None:
    if not (folder / RESULT).exists():
        return None
    try:
        return read_result(folder)
    except DamagedFileError as error:
        log.warning("%s Making it again.", error)
        return None
