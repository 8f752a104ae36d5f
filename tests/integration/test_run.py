"""The installed command from a run to the comparison of runs."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image

from helpers.console import Console
from helpers.finished_run import PEOPLE, RUN, Finished
from smfa_bench.results.result import SCHEMA_VERSION

ROOT = Path(__file__).parents[2]
ENTRY_POINTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
PROGRESS = re.compile(r".+: \d+ steps|.+: \d+/\d+, about \d+ s left(, .+)?|result, answers and adapter: .+")
SCORES = {"probability", "refusal", "rouge_l"}
JUDGE = "offline-2"


def answers(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "answers.jsonl").read_bytes().splitlines()]


def test_a_run_prints_its_table_and_on_stderr_nothing_but_progress(finished: Finished) -> None:
    assert "vanilla model" in finished.ended.stdout
    assert "forget image memory ↓" in finished.ended.stdout
    assert [line for line in finished.ended.stderr.splitlines() if not PROGRESS.fullmatch(line)] == []


def test_the_result_keeps_the_published_schema(finished: Finished) -> None:
    schema = json.loads((ROOT / "docs" / "schemas" / f"result-v{SCHEMA_VERSION}.schema.json").read_text())
    jsonschema.validate(finished.result, schema)
    assert finished.result["run_id"] == finished.folder.name


def test_every_answer_is_written_with_key_facts_and_scores(finished: Finished) -> None:
    records = answers(finished.folder)
    hidden = set(finished.result["split"]["few_shot"])
    for model in ("vanilla", "unlearned"):
        parts = {record["part"] for record in records if record["model"] == model}
        assert parts == {"forget", "retain", "unseen", "general"}
    assert not [record for record in records if record["question"]["subject"] in hidden]
    assert [record for record in records if set(record["scores"]) != SCORES] == []
    assert [record for record in records if set(record["verdicts"]) != {JUDGE}] == []
    assert [record for record in records if record["question"]["key_facts"] == []] == []
    cells = finished.result["judged"][JUDGE]["models"]["unlearned"]["cells"]
    counted = sum(
        cell["n"] + cell["missing"] for name, cell in cells.items() if name.count(".") == 2 and name.endswith(".fact")
    )
    assert counted == sum(record["model"] == "unlearned" for record in records)


def test_the_vanilla_model_knows_what_is_to_be_forgotten(finished: Finished) -> None:
    cells = finished.result["judged"][JUDGE]["models"]["vanilla"]["cells"]
    assert cells["forget.image_memory.fact"]["value"] > 7
    assert cells["forget.text_memory.fact"]["value"] > 7


def test_the_adapter_is_small(finished: Finished) -> None:
    assert sum(path.stat().st_size for path in (finished.folder / "adapter").iterdir()) < 10_000_000


def test_nothing_unfinished_is_left(finished: Finished) -> None:
    kept = {"result.json", "answers.jsonl", "likelihoods.jsonl", "adapter"}
    assert {path.name for path in finished.folder.iterdir()} - {".lock"} == kept
    assert [path.name for path in (finished.console.cache / "unfinished").iterdir() if path.suffix != ".lock"] == []


def test_the_same_command_again_shows_the_same_and_does_nothing(finished: Finished) -> None:
    before = (finished.folder / "result.json").read_bytes()
    again = finished.console(*RUN)
    assert (again.code, again.stdout) == (0, finished.ended.stdout)
    assert "steps" not in again.stderr
    assert (finished.folder / "result.json").read_bytes() == before


def test_scoring_again_needs_nothing_but_the_answers(finished: Finished, console: Console) -> None:
    folder = finished.copied_to(console)
    lines = [json.dumps(record | {"scores": {}, "verdicts": {}}, ensure_ascii=False) for record in answers(folder)]
    (folder / "answers.jsonl").write_text("".join(f"{line}\n" for line in lines))
    result = json.loads(json.dumps(finished.result))
    for model in result["judged"][JUDGE]["models"].values():
        for cell in model["cells"].values():
            cell["value"] = 5
    (folder / "result.json").write_text(json.dumps(result))
    ended = console.here("score", folder.name)
    assert (ended.code, ended.stdout) == (0, finished.ended.stdout)
    for name in ("result.json", "answers.jsonl"):
        assert (folder / name).read_bytes() == (finished.folder / name).read_bytes()


def test_resculpting_gives_what_a_run_with_that_k_gives(
    finished: Finished, console: Console, tmp_path_factory: pytest.TempPathFactory
) -> None:
    finished.copied_to(console)
    resculpted = console.here("resculpt", finished.folder.name, "--k", "2", "--k", "1")
    fresh = Console(tmp_path_factory.mktemp("fresh"), console.cache)
    trained = fresh.here(*RUN, "--set", "k=1")
    assert (resculpted.code, trained.code) == (0, 0)
    assert "SMFA" not in resculpted.stderr
    assert resculpted.stdout.endswith(trained.stdout)
    (folder,) = fresh.runs.iterdir()
    one, other = (json.loads((runs / folder.name / "result.json").read_text()) for runs in (console.runs, fresh.runs))
    for part in ("unjudged", "judged", "adapter", "curves", "method_config"):
        assert json.dumps(one[part]) == json.dumps(other[part])
    assert one["adapter"] != finished.result["adapter"]

    compared = console.here("compare", *(path.name for path in console.runs.iterdir()), "--format", "csv")
    assert compared.code == 0
    assert (console.folder / "comparison" / "comparison.csv").read_text() == compared.stdout
    assert len(compared.stdout.splitlines()) > 2
    with Image.open(console.folder / "comparison" / "trade_off.png") as picture:
        picture.verify()


def test_finished_runs_are_listed(finished: Finished) -> None:
    (row,) = json.loads(finished.console("list", "runs", "--json").stdout)
    assert row["run"] == finished.folder.name
    assert "fault" not in row


@pytest.mark.parametrize("kind", ["methods", "models", "scorers", "judges"])
def test_what_is_installed_is_listed(tmp_path: Path, kind: str) -> None:
    ended = Console(tmp_path)("list", kind, "--json")
    assert ended.code == 0
    assert {row["name"] for row in json.loads(ended.stdout)} >= set(ENTRY_POINTS[f"smfa_bench.{kind}"])


def test_the_options_of_a_method_are_listed(tmp_path: Path) -> None:
    rows = json.loads(Console(tmp_path).here("list", "methods", "smfa", "--json").stdout)
    assert {row["option"]: row["default"] for row in rows}["k"] == "5.0"


def test_people_are_made_and_shown(tmp_path: Path) -> None:
    console = Console(tmp_path)
    assert console("profiles", "generate", "--size", "3", "--output", "people").code == 0
    assert len((tmp_path / "people" / "profiles.jsonl").read_bytes().splitlines()) == 3
    assert console("profiles", "show", "people", "--output", "sheet.png").code == 0
    with Image.open(tmp_path / "sheet.png") as sheet:
        sheet.verify()


def test_the_module_is_the_command(tmp_path: Path) -> None:
    module = subprocess.run([sys.executable, "-m", "smfa_bench", "list", "models"], capture_output=True, text=True)
    assert (module.returncode, module.stdout) == (0, Console(tmp_path)("list", "models").stdout)


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["list", "methods"], ["list", "runs"]])
def test_help_and_lists_do_not_wait_for_torch(tmp_path: Path, arguments: list[str]) -> None:
    code = (
        "import sys; from smfa_bench.cli.app import main\n"
        f"sys.argv = ['smfa-bench', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    sys.exit(end.code or 10 * ('torch' in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True).returncode == 0


def test_the_method_in_the_readme_keeps_the_contract_and_runs(finished: Finished, console: Console) -> None:
    (code,) = re.findall(r"^```python\n(# gradient_ascent.py\n.+?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    (console.folder / "gradient_ascent.py").write_text(code)
    method = "./gradient_ascent.py:GradientAscent"
    checked = console.here("check", "method", method)
    assert checked.code == 0, checked.stdout
    assert "pass" in checked.stdout
    ran = console.here("run", "--method", method, *PEOPLE)
    assert ran.code == 0
    (folder,) = console.runs.iterdir()
    result = json.loads((folder / "result.json").read_text())
    models, before = result["judged"][JUDGE]["models"], finished.result["judged"][JUDGE]["models"]
    assert models["vanilla"] == before["vanilla"]
    assert models["unlearned"] != before["unlearned"]
    assert set(result["curves"]) == {"ascent"}
