"""A finished run whose unlearned model is served elsewhere: the same questions, asked there and scored."""

from collections.abc import Sequence
from pathlib import Path

from smfa_bench.adapter.files import load_adapter
from smfa_bench.data.knowledge import Knowledge, knowledge_samples
from smfa_bench.data.rerendering import seen_anew
from smfa_bench.data.sample import Sample, samples
from smfa_bench.data.sources import find_source
from smfa_bench.errors import UsageError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.generation.ledger import Ledger
from smfa_bench.generation.served import Server, ask_server
from smfa_bench.progress import Progress
from smfa_bench.results.answer import AnswerRecord, Part, Stage, write_answers
from smfa_bench.results.judged import judged
from smfa_bench.results.result import RunResult
from smfa_bench.results.score import installed_scorers, score_answers
from smfa_bench.results.store import ADAPTER, ANSWERS, RESULT, read_result, read_run, write_result
from smfa_bench.results.summary import summarise
from smfa_bench.runner.unlearning import ASKING
from smfa_bench.scoring.appoint import appoint
from smfa_bench.storage import locked

UNFINISHED = "unfinished.jsonl"


def answer_again(folder: Path, server: Server, *, runs_dir: Path, progress: Progress) -> RunResult:
    """Ask the served model all that the run's unlearned model was asked, and write a run of its own.

    The other models' answers are those of the run, and all are scored by the run's own judge alone. What is finished is
    shown again, what was stopped goes on.

    Args:
        folder: The run.
        server: Where its unlearned model is.
        runs_dir: The new run gets a folder in it, called like the run, with `served` and a fingerprint.
        progress: Is told of every stage.

    Raises:
        UsageError: If the adapter tells pictures and text apart, and the server has one model for both.
        DamagedFileError: If the run can't be read.
        PrerequisiteError: If the server can't be used.
        BenchError: If questions got no answer.
    """
    result, records = read_run(folder)
    if load_adapter(folder / ADAPTER).routed and server.text_model is None:
        raise UsageError(
            "the run's adapter changes picture and text questions differently; "
            "serve both forms and add --served-text-model NAME."
        )
    where = fingerprint({"url": server.url, "model": server.model, "text_model": server.text_model})
    output = runs_dir / f"{result.run_id}-served-{where[:8]}"
    with locked(output / ".lock"):
        if (output / RESULT).exists():
            return read_result(output)
        asked = [record for record in records if record.model is Stage.UNLEARNED]
        ledger = Ledger(output / UNFINISHED)
        said = ask_server(
            server,
            _samples(result, asked),
            ledger,
            most_tokens=result.model.max_new_tokens,
            title=f"asking {server.model}",
            progress=progress,
        )
        renewed = [
            record.model_copy(
                update={"answer": said[record.question.id].answer, "probability": None, "verdicts": {}}
                if record.model is Stage.UNLEARNED
                else {"verdicts": {}}
            )
            for record in records
        ]
        judge = appoint(result.config.judge)
        scored = score_answers(renewed, judge, installed_scorers(), progress=progress)
        served = f"{server.model}, {server.text_model}" if server.text_model else server.model
        answered = result.model_copy(
            update={
                "run_id": output.name,
                "unjudged": summarise(scored, seed=result.config.seed),
                "judged": {judge.name: judged(scored, judge, appointed=result.config.judge, seed=result.config.seed)},
                "erasure": {},  # a server tells no likelihoods, and those of the run are of its own model
                "served": served,
                "asking": {stage: one for stage, one in result.asking.items() if stage != ASKING},
                "seconds": {stage: one for stage, one in result.seconds.items() if stage != ASKING},
            }
        )
        write_answers(output / ANSWERS, scored)
        write_result(output, answered)
        ledger.path.unlink(missing_ok=True)
    return answered


def _samples(result: RunResult, asked: Sequence[AnswerRecord]) -> list[Sample]:
    """Return the questions of the unlearned model with their pictures, which are made again."""
    config, data = result.config, result.data
    people = find_source(config.profiles)(size=config.size, seed=config.seed, picture_size=data.picture_size)
    if people.fingerprint != result.data_fingerprint:
        raise UsageError(f"{config.profiles} no longer gives the people of the run; run it again.")
    known = {
        sample.question.id: sample
        for form in Knowledge
        for sample in knowledge_samples(form, picture_size=data.picture_size)
    }
    pictures = seen_anew(people, config.pictures).pictures
    others = (record.question for record in asked if record.part is not Part.KNOWLEDGE)
    known |= {sample.question.id: sample for sample in samples(others, pictures)}
    return [known[record.question.id] for record in asked]
