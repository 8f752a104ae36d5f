"""`smfa-bench judge agreement`: for people and for programs."""

import json

import pytest
from typer.testing import CliRunner

from smfa_bench.cli.judge import app
from smfa_bench.errors import UsageError


def shown(*arguments: str) -> str:
    """Return what the command prints on stdout."""
    result = CliRunner().invoke(app, ["agreement", "--display", "none", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_agreement_is_shown_by_form_with_the_coefficients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    table = shown("--half", "development")
    assert "leaking refusal" in table
    assert "Spearman" in table
    assert "without a verdict: 0 of 338" in table


def test_two_judges_are_compared_on_the_same_answers() -> None:
    document = json.loads(shown("--against", "offline", "--json"))
    assert [one["judge"] for one in document["judges"]] == ["offline-2", "offline-2"]
    assert document["between"]["fact"] == {"n": 338, "spearman": pytest.approx(1), "kappa": pytest.approx(1)}


def test_an_unknown_half_is_named_with_the_valid_ones() -> None:
    with pytest.raises(UsageError, match=r"Valid: development, held-out"):
        shown("--half", "both")
