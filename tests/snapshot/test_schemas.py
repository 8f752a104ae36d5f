"""The published schemas are those of the types, and real documents keep them."""

import json
from pathlib import Path

import jsonschema
import pytest

from helpers.results_factory import make_result
from smfa_bench.results.schemas import schemas
from smfa_bench_leaderboard.schema import FILE, submission_schema
from smfa_bench_profiles.source import fictional

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.mark.parametrize("name", schemas())
def test_published_schema_is_that_of_the_types(name: str) -> None:
    assert json.loads((PUBLISHED / name).read_text(encoding="utf-8")) == schemas()[name]


def test_a_profile_keeps_its_schema_and_a_foreign_key_breaks_it() -> None:
    schema = schemas()["profile-v1.schema.json"]
    profile = fictional(size=2, seed=0, picture_size=64).profiles[0].model_dump(mode="json")
    jsonschema.validate(profile, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(profile | {"shoe_size": 43}, schema)


def test_a_result_keeps_its_schema() -> None:
    jsonschema.validate(json.loads(make_result("smfa").model_dump_json()), schemas()["result-v2.schema.json"])


def test_published_schema_of_submissions_is_that_of_the_types() -> None:
    assert json.loads((PUBLISHED / FILE).read_text(encoding="utf-8")) == submission_schema()
