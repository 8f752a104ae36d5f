"""A submission: one row of the leaderboard, with who stands for it and every answer behind it."""

import re
from typing import Final

from pydantic import Field, JsonValue, field_validator

from smfa_bench.fingerprint import fingerprint
from smfa_bench.record import Record
from smfa_bench.results.result import RunResult
from smfa_bench_leaderboard.table import data_identity, model_identity

SCHEMA_VERSION: Final = 3
JUDGE: Final = "offline"
"""Whose scores a submission carries: only rules can be applied again by everybody, with the same result."""
FEWEST_SEEDS: Final = 3
"""Of fewer seeds the interval over seeds says next to nothing."""
MOST_SEEDS: Final = 20
"""More would make checking a burden."""

RATIO_DIGITS: Final = 4
"""Decimals of a forget ratio that set rows apart: as many as the name of a split has."""


class SubmittedRun(Record):
    """One finished run with its answers."""

    result: RunResult
    """As the run wrote it, with the scores of one judge; of a model in a folder, only the folder's name is kept."""
    answers: str
    """What each model answered, without questions and scores, as `pack_answers` packs it: base85 of bzip2 of JSON."""

    @field_validator("result")
    @classmethod
    def _can_be_verified(cls, result: RunResult) -> RunResult:
        if len(result.judged) != 1:
            raise ValueError(f"has the scores of {len(result.judged)} judges; a submission carries those of one")
        if result.served is not None:
            raise ValueError(f"was answered by a server ({result.served}); submit the run that it came from")
        if result.erasure:
            raise ValueError("has erasure metrics, which can't be verified; a submission carries none")
        return result


class Submission(Record):
    """Runs of one method, with one set of options, that differ in nothing but the seed."""

    schema_version: int = SCHEMA_VERSION
    name: str
    """What the row is called."""
    contact: str
    """Mail address or https page of who answers questions about it."""
    code: str
    """https page of the code that made it."""
    runs: tuple[SubmittedRun, ...] = Field(min_length=FEWEST_SEEDS, max_length=MOST_SEEDS)
    """By seed."""

    @property
    def first(self) -> RunResult:
        """The result of the first run, which has all in common with the others but the seed."""
        return self.runs[0].result

    @property
    def key(self) -> str:
        """Names the submission in files and links: method, split, and a fingerprint of what it claims to be."""
        claim: JsonValue = {
            "name": self.name,
            "contact": self.contact,
            "code": self.code,
            "subject": subject(self.first),
        }
        method = re.sub(r"[^a-z0-9]+", "-", self.first.config.method.lower()).strip("-")
        return f"{method[:40]}-{self.first.split.name}-{fingerprint(claim)[:8]}"


def subject(result: RunResult) -> str:
    """Return a name for what runs of one submission have in common: all but the seed and what follows from it."""
    return fingerprint(
        {
            "method": result.config.method,
            "options": result.method_config,
            "board": board(result),
            **({"code": result.method_code} if result.method_code else {}),
        }
    )


def board(result: RunResult) -> str:
    """Return a name for what rows must have in common to be ranked: model, data, split, few-shot set and judge."""
    return fingerprint(board_conditions(result))


def board_conditions(result: RunResult) -> dict[str, JsonValue]:
    """Return what rows must have in common to be ranked, by name."""
    config = result.config
    withheld = {"withheld": len(result.validation.withheld)} if result.validation else {}
    return {
        "model": model_identity(result),
        "data": data_identity(result),
        "split": result.split.name,
        "ratio": round(config.forget_ratio, RATIO_DIGITS),
        "few_shot": config.few_shot,
        "few_shot_sampling": config.few_shot_sampling.value,
        "judge": result.judge,
        **withheld,
    }
