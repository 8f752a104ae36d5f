"""The public interface is the one that was promised: a change of it is a decision, not an accident."""

import re
from pathlib import Path

import pytest

import smfa_bench
import smfa_bench.testing
from helpers.public_api import package, public_api

ROOT = Path(__file__).parents[2]


def test_names_and_signatures_are_those_of_the_snapshot() -> None:
    snapshot = Path(__file__).with_name("public_api.txt").read_text(encoding="utf-8")
    assert public_api() == snapshot, (
        "if this is meant: write the snapshot anew (helpers/public_api.py), say so in CHANGELOG"
    )


def test_the_reference_has_every_public_name_and_no_other() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^::: smfa_bench\.(\w+)$", page, re.M)) == sorted(smfa_bench.__all__)


@pytest.mark.parametrize("name", smfa_bench.__all__)
def test_every_public_name_and_its_public_members_have_a_docstring(name: str) -> None:
    thing = package()[name].final_target
    members = [] if thing.is_function else thing.members.values()
    bare = [one.name for one in members if one.is_function and not one.has_docstring]
    assert [member for member in bare if not member.startswith("_")] == []
    assert thing.has_docstring


def test_the_door_for_tests_leads_to_public_names_only() -> None:
    assert set(smfa_bench.testing.__all__) <= set(smfa_bench.__all__)
