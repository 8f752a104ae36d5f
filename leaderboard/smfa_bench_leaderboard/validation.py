"""Every check of a submission, cheap ones first; nothing is scored again that is wrong already."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from jsonschema import Draft202012Validator
from pydantic import JsonValue, ValidationError

from smfa_bench.errors import DamagedFileError, UsageError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.progress import Progress
from smfa_bench.results.answer import AnswerRecord, Stage
from smfa_bench_leaderboard.answers import run_answers
from smfa_bench_leaderboard.document import read_document
from smfa_bench_leaderboard.plausibility import seed_faults, value_faults
from smfa_bench_leaderboard.remembered import Said, Verified, remembered
from smfa_bench_leaderboard.schema import submission_schema
from smfa_bench_leaderboard.submission import SCHEMA_VERSION, Submission, SubmittedRun
from smfa_bench_leaderboard.submission_page import Rows, sample_rows
from smfa_bench_leaderboard.verification import number_faults
from smfa_bench_leaderboard.wording import character_faults, field_faults, printable

MOST_ERRORS: Final = 1_000
"""Breaches of the schema that are looked for; a file made of nothing else could fill the memory with them."""

LONGEST_MESSAGE: Final = 150

MOST_FAULTS: Final = 25
"""That are told of one submission; the number of the others is."""


@dataclass(frozen=True)
class Checked:
    """A file and what is wrong with it."""

    path: Path
    submission: Submission | None
    """None if the file is no submission at all."""
    faults: tuple[str, ...]
    said: tuple[Said, ...] = ()
    """Of each run."""
    samples: Rows = ()
    """Rows of sample answers, of a file that passes."""


class _FaultyError(Exception):
    """A file does not pass."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(checked.faults[0])
        self.checked = checked


def check_files(paths: Iterable[Path], *, progress: Progress) -> list[Checked]:
    """Check each file, and that no two of them are the same submission or hold the same answers.

    A file that passed before is not scored again, unless it or the code that scores has changed since. Nothing is
    returned of a folder that holds no submissions.

    Args:
        paths: Files, and folders of them.
        progress: Is advanced by one a file.

    Raises:
        UsageError: If there is no such path.
    """
    files = _files(paths)
    if files:
        progress.stage("checking submissions", len(files))
    checked = []
    for path in files:
        checked.append(_check_file(path))
        progress.advance()
    doubles = {
        one.path: next((two for two in checked if two.path != one.path and _same(one, two)), None) for one in checked
    }
    return [
        replace(one, faults=(*one.faults, f"holds the answers of {printable(other.path.name)}; send each in once."))
        if (other := doubles[one.path])
        else one
        for one in checked
    ]


def _same(one: Checked, other: Checked) -> bool:
    """Whether they share a run, or all texts of one are among those of the other.

    A probability that is a little off makes no other answers; that two weak methods agree in a seed is no copy.
    """
    if {said.whole for said in one.said} & {said.whole for said in other.said}:
        return True
    texts, others = {said.texts for said in one.said}, {said.texts for said in other.said}
    return bool(texts and others) and (texts <= others or texts >= others)


def check_document(document: JsonValue) -> tuple[Submission | None, tuple[str, ...], tuple[Said, ...]]:
    """Return the submission, what is wrong with it, and what the unlearned models said."""
    faults = list(_form_faults(document))
    if faults:
        return None, _bounded(faults), ()
    try:
        submission = Submission.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        return None, _bounded([f"{'.'.join(map(str, one['loc']))}: {printable(one['msg'])}" for one in found]), ()
    faults = [*field_faults(submission), *seed_faults(submission)]
    said = []
    for run in submission.runs:
        found_here, mark = _check_run(run)
        faults += [f"seed {run.result.config.seed}: {fault}" for fault in found_here]
        said += [mark] if mark else []
    if len({one.texts for one in said}) < len(said):
        faults.append("two seeds have the same answers.")
    return submission, _bounded(faults), tuple(said)


def _check_file(path: Path) -> Checked:
    try:
        document = read_document(path)
    except DamagedFileError as error:
        return Checked(path, None, (str(error),))
    try:
        found = remembered(path.read_bytes(), lambda: _verified(path, document))
        checked = Checked(path, Submission.model_validate(document), (), found.said, found.samples)
    except _FaultyError as error:
        checked = error.checked
    if checked.submission and path.name != f"{checked.submission.key}.json":
        # The name is not remembered: the same bytes may lie under another one.
        return replace(checked, faults=(f"must be called {checked.submission.key}.json.", *checked.faults))
    return checked


def _verified(path: Path, document: JsonValue) -> Verified:
    submission, faults, said = check_document(document)
    if submission is None or faults:
        raise _FaultyError(Checked(path, submission, faults, said))
    return Verified(said=said, samples=tuple(sample_rows(run_answers(submission.runs[0]))))


def _check_run(run: SubmittedRun) -> tuple[list[str], Said | None]:
    faults = list(value_faults(run.result))
    try:
        records = run_answers(run)
    except DamagedFileError as error:
        return [*faults, printable(str(error))], None
    if not faults:
        faults = list(number_faults(run.result, records))
    return faults, _said(records)


def _form_faults(document: JsonValue) -> Iterator[str]:
    version = document.get("schema_version") if isinstance(document, dict) else None
    if version != SCHEMA_VERSION:
        yield f"schema_version: is {printable(json.dumps(version))}; this release checks {SCHEMA_VERSION}."
        return
    errors = islice(_validator().iter_errors(document), MOST_ERRORS)
    for error in sorted(errors, key=lambda error: list(map(str, error.absolute_path))):
        where = ".".join(map(str, error.absolute_path)) or "the document"
        # A message may quote all of what is wrong, which says nothing in the place of what was to be there.
        quoted = len(error.message) > LONGEST_MESSAGE
        why = f"breaks the rule {error.validator}: {error.validator_value!r}" if quoted else error.message
        yield f"{printable(where)}: {printable(why)}"
    for fault in character_faults(document):
        yield printable(fault)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(submission_schema())


def _said(records: Sequence[AnswerRecord]) -> Said:
    unlearned = [record for record in records if record.model is Stage.UNLEARNED]
    return Said(
        texts=fingerprint([[one.question.id, one.question.answer, one.answer] for one in unlearned]),
        whole=fingerprint([[one.question.id, one.question.answer, one.answer, one.probability] for one in unlearned]),
    )


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _bounded(faults: Sequence[str]) -> tuple[str, ...]:
    more = len(faults) - MOST_FAULTS
    return tuple(faults) if more <= 0 else (*faults[:MOST_FAULTS], f"{more} more faults.")


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (found for found in path.rglob("*") if found.suffix.lower() == ".json")
            files += sorted(found for found in inside if not _hidden(found.relative_to(path)))
        elif path.exists() or path.is_symlink():
            files.append(path)
        else:
            raise UsageError(f"there is no {path}; name a folder of submissions or a file.")
    once: dict[Path, Path] = {}
    for path in files:
        once.setdefault(path.absolute() if path.is_symlink() else path.resolve(), path)
    return list(once.values())
