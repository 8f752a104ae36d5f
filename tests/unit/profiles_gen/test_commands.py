"""`smfa-bench profiles`."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from helpers.foreign import fiu_person, write_clear, write_fiubench
from helpers.people_file import change, replace_line, write_people
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.sources import open_people
from smfa_bench.errors import UsageError
from smfa_bench_profiles import push as pushing
from smfa_bench_profiles.commands import app
from smfa_bench_profiles.presets import PRESETS, Preset
from smfa_bench_profiles.source import fictional


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def generate(folder: Path) -> str:
    return run("generate", "--size", "3", "--seed", "5", "--picture-size", "32", "--output", str(folder))


def test_generate_writes_the_set_and_prints_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "people"
    assert generate(folder) == f"{folder}\n"
    assert ProfileSet.load(folder).fingerprint == fictional(size=3, seed=5, picture_size=32).fingerprint


def test_generate_fills_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    generate(tmp_path / "people")
    assert len(ProfileSet.load(tmp_path / "people").profiles) == 3


def test_generate_leaves_a_filled_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not an empty folder"):
        generate(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_show_draws_a_saved_set(tmp_path: Path) -> None:
    generate(tmp_path / "people")
    sheet = tmp_path / "sheet.png"
    assert run("show", str(tmp_path / "people"), "--output", str(sheet), "--columns", "2") == f"{sheet}\n"
    with Image.open(sheet) as picture:
        assert picture.width >= 2 * 32
        assert picture.height >= 2 * 32


def test_show_makes_people_when_no_folder_is_given(tmp_path: Path) -> None:
    sizes = []
    for columns in ("1", "2"):
        sheet = tmp_path / f"{columns}.png"
        run("show", "--size", "2", "--seed", "1", "--output", str(sheet), "--columns", columns)
        with Image.open(sheet) as picture:
            sizes.append(picture.size)
    (narrow, tall), (wide, low) = sizes
    assert wide > narrow
    assert low < tall


def test_show_refuses_a_folder_together_with_a_seed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not both"):
        run("show", str(tmp_path), "--seed", "1")


def test_help_needs_no_drawing_library() -> None:
    code = "import sys, smfa_bench_profiles.commands; sys.exit('PIL' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_help_tells_the_defaults() -> None:
    said = run("export", "--help")
    assert "(100)" in said
    assert "(10, or as many as there can be)" in " ".join(said.replace("│", "").split())


def test_validate_says_that_nothing_is_wrong(tmp_path: Path) -> None:
    assert run("validate", str(write_people(tmp_path))) == f"{tmp_path / 'my.jsonl'}: 3 people, nothing wrong\n"


def test_validate_lists_every_fault_and_ends_with_a_usage_error(tmp_path: Path) -> None:
    file = write_people(tmp_path)
    change(file, 1, lambda record: record.update(name=7))
    replace_line(file, 3, b"?")
    result = CliRunner().invoke(app, ["validate", str(file)])
    assert [line[:11] for line in result.stdout.splitlines()] == ["my.jsonl:1:", "my.jsonl:3:"]
    assert isinstance(result.exception, UsageError)
    assert f"2 faults in {file}" in str(result.exception)
    assert result.exception.exit_code == 2


def test_export_and_import_bring_the_set_back(tmp_path: Path) -> None:
    file = write_people(tmp_path, [f"p{place}" for place in range(10)])
    hub, again = tmp_path / "hub", tmp_path / "again"
    assert run("export", str(file), "--to", str(hub), "--few-shot", "2") == f"{hub}\n"
    assert run("import", "datasets", str(hub), "--output", str(again)) == f"{again}\n"
    assert ProfileSet.load(again).fingerprint == open_people(file).fingerprint


def test_import_reads_other_benchmarks(tmp_path: Path) -> None:
    sources = {
        "clear": write_clear(tmp_path / "CLEAR", ["Mara Velt", "Basil Orland"]),
        "fiubench": write_fiubench(tmp_path / "FIUBench", [fiu_person(0), fiu_person(1)]),
    }
    for form, source in sources.items():
        run("import", form, str(source), "--output", str(tmp_path / form))
        saved = ProfileSet.load(tmp_path / form)
        assert (saved.origin.source, len(saved.profiles)) == (form, 2)


def test_import_names_the_forms_it_knows(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"unknown form 'dataset'\. Did you mean 'datasets'"):
        run("import", "dataset", str(tmp_path), "--output", str(tmp_path / "again"))


def test_browse_writes_one_page(tmp_path: Path) -> None:
    file = write_people(tmp_path, [f"p{place}" for place in range(10)])
    page = tmp_path / "people.html"
    assert run("browse", str(file), "--few-shot", "2", "--output", str(page)) == f"{page}\n"
    assert "Person p9" in page.read_text(encoding="utf-8")


def test_twelve_people_are_browsed_and_exported_as_they_come(tmp_path: Path) -> None:
    file = str(write_people(tmp_path, [f"p{place:02}" for place in range(12)]))
    run("browse", file, "--output", str(tmp_path / "people.html"))
    run("export", file, "--to", str(tmp_path / "hub"), "--forget-ratio", "0.25", "--forget-ratio", "0.5")
    found = {path.stem for path in (tmp_path / "hub" / "parquet" / "text_memory").iterdir()}
    assert found == {"forget25", "forget50", "retain", "few_shot"}


def test_generate_takes_a_preset_or_numbers_and_not_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRESETS, "mini", Preset(size=2, picture_size=32, fingerprint="0"))
    run("generate", "--preset", "mini", "--output", str(tmp_path / "people"))
    origin = ProfileSet.load(tmp_path / "people").origin
    assert (origin.size, origin.seed, origin.picture_size) == (2, 0, 32)
    with pytest.raises(UsageError, match="a preset has its own size"):
        run("generate", "--preset", "mini", "--seed", "0", "--output", str(tmp_path / "more"))


def test_a_dry_push_lists_files_and_their_sum(tmp_path: Path) -> None:
    file = write_people(tmp_path, [f"p{place}" for place in range(4)])
    run("export", str(file), "--to", str(tmp_path / "hub"))
    *files, total = run("push", "somebody/people", str(tmp_path / "hub"), "--dry-run").splitlines()
    assert total.endswith(f"bytes in {len(files)} files, for the data set somebody/people")
    assert sum(int(line.split()[0].replace(",", "")) for line in files) == int(total.split()[0].replace(",", ""))


def test_a_push_prints_where_it_went(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "push", lambda *_, private: f"hub/somebody/people private={private}")
    assert run("push", "somebody/people", str(tmp_path), "--private") == "hub/somebody/people private=True\n"
