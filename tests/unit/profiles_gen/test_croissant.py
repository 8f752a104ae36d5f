"""The Croissant description: valid to its own library, which reads the same rows by it."""

from pathlib import Path

import mlcroissant
import pytest
from pyarrow import parquet

from helpers.people_file import write_people
from smfa_bench.data.sources import open_people
from smfa_bench_profiles.croissant import FILE
from smfa_bench_profiles.export import export
from smfa_bench_profiles.source import fictional


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub") / "people"
    export(fictional(size=4, seed=5, picture_size=32), folder)
    return folder


@pytest.fixture(scope="module")
def described(exported: Path) -> "mlcroissant.Dataset":
    return mlcroissant.Dataset(jsonld=str(exported / FILE))


def test_it_is_valid_and_lacks_nothing_that_is_recommended_but_a_date(described: "mlcroissant.Dataset") -> None:
    issues = described.metadata.ctx.issues
    assert not issues.errors
    assert ["datePublished" in str(warning) for warning in issues.warnings] == [True]


def test_every_split_of_every_configuration_is_described(exported: Path, described: "mlcroissant.Dataset") -> None:
    splits = {path.relative_to(exported / "parquet").with_suffix("").as_posix() for path in exported.rglob("*.parquet")}
    assert {records.id for records in described.metadata.record_sets} == splits


@pytest.mark.parametrize("records", ["image_memory/forget15", "text_memory/few_shot", "profiles/profiles"])
def test_it_leads_to_the_rows_of_the_parquet_file(
    exported: Path, described: "mlcroissant.Dataset", records: str
) -> None:
    rows = parquet.read_table(exported / "parquet" / f"{records}.parquet").to_pylist()
    found = list(described.records(records))
    assert len(found) == len(rows)
    for row, record in zip(rows, found, strict=True):
        assert record[f"{records}/id"].decode() == row["id"]
        assert (record[f"{records}/image"] is None) == (row["image"] is None)
    listed = {"profiles/profiles": "facts"}.get(records, "key_facts")
    assert [value.decode() for value in found[0][f"{records}/{listed}"]] == [each["value"] for each in rows[0][listed]]


def test_own_people_are_not_given_a_licence(tmp_path: Path) -> None:
    export(open_people(write_people(tmp_path, [f"p{place}" for place in range(4)])), tmp_path / "hub")
    assert mlcroissant.Dataset(jsonld=str(tmp_path / "hub" / FILE)).metadata.license in (None, [])
