"""Schema versions of results: older ones are brought up, newer ones refused."""

from pathlib import Path
from typing import cast

import pytest
from pydantic import JsonValue

from smfa_bench.errors import DamagedFileError, PrerequisiteError
from smfa_bench.results import migrations
from smfa_bench.results.migrations import migrated
from smfa_bench.results.result import SCHEMA_VERSION

PATH = Path("result.json")


def test_a_document_of_this_version_is_taken_as_it_is() -> None:
    document: JsonValue = {"schema_version": SCHEMA_VERSION, "a": 1}
    assert migrated(document, PATH) == document


def test_a_document_of_a_newer_release_is_refused_with_what_to_do() -> None:
    with pytest.raises(PrerequisiteError, match=f"schema version {SCHEMA_VERSION + 1}, .*; upgrade smfa-bench"):
        migrated({"schema_version": SCHEMA_VERSION + 1}, PATH)


@pytest.mark.parametrize("document", [[], None, {}, {"schema_version": "1"}, {"schema_version": 0}])
def test_what_has_no_version_is_no_result(document: JsonValue) -> None:
    with pytest.raises(DamagedFileError, match="not a result"):
        migrated(document, PATH)


def test_an_old_document_takes_every_step_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def step(to: int) -> dict[str, JsonValue]:
        def migrate(document: dict[str, JsonValue]) -> dict[str, JsonValue]:
            return {"steps": [*cast("list[JsonValue]", document.get("steps", [])), to], "schema_version": to}

        return migrate  # type: ignore[return-value]

    monkeypatch.setattr(migrations, "SCHEMA_VERSION", 3)
    monkeypatch.setattr(migrations, "MIGRATIONS", {1: step(2), 2: step(3)})
    assert migrated({"schema_version": 1}, PATH) == {"steps": [2, 3], "schema_version": 3}


def test_a_document_that_is_not_of_the_version_it_names_is_damaged() -> None:
    with pytest.raises(DamagedFileError, match="no result of schema version 1"):
        migrated({"schema_version": 1, "judge": "offline-2"}, PATH)


def test_a_judge_of_version_1_that_was_asked_later_keeps_its_own_name() -> None:
    old: JsonValue = {
        "schema_version": 1,
        "judge": "openai m prompt-0",
        "config": {"judge": "offline"},
        "models": {"unlearned": {"cells": {"a.b.fact": {"n": 3, "missing": 1}}, "aggregates": {}}},
    }
    (name, judged), *_ = cast("dict[str, dict[str, JsonValue]]", migrated(old, PATH)["judged"]).items()
    assert (name, judged["appointed"], judged["answers"], judged["missing"]) == ("openai m prompt-0", "openai", 4, 1)
    assert judged["incomplete"] is True


def test_every_older_version_has_its_migration() -> None:
    assert set(migrations.MIGRATIONS) == set(range(1, SCHEMA_VERSION))
