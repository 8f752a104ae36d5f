"""`smfa-bench profiles generate` with portraits and facts of other sources."""

from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from helpers.facts_server import facts_server, invented
from smfa_bench.data.people_file import read_people
from smfa_bench.data.profile import Fact
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.sample import samples
from smfa_bench.data.sources import open_people
from smfa_bench.errors import UsageError
from smfa_bench.progress import Silent
from smfa_bench_profiles.commands import app
from smfa_bench_profiles.export import export
from smfa_bench_profiles.makers.compose import compose
from smfa_bench_profiles.makers.contract import Sitter
from smfa_bench_profiles.makers.tables import Tables, TablesConfig


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["generate", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    monkeypatch.setenv("SMFA_BENCH_CACHE", str(tmp_path / "cache"))


def test_facts_by_a_model_are_written_and_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    with facts_server() as server:
        command = ("--facts", "llm", "--base-url", server.url, "--llm-model", "m", "--size", "2", "--display", "none")
        said = run(*command, "--dry-run")
        assert server.calls == 0
        assert "Person 2: a " in said
        assert "calls: 2" in said
        run(*command, "--facts-set", "concurrency=1", "--output", str(tmp_path / "people"))
    saved = ProfileSet.load(tmp_path / "people")
    assert [profile.name for profile in saved.profiles] == [invented(n)["facts"][0]["value"] for n in (1, 2)]
    assert saved.origin.source == "fictional+llm"


def test_facts_of_the_tables_can_be_asked_for_by_name(tmp_path: Path) -> None:
    run(
        "--facts",
        "tables",
        "--size",
        "2",
        "--picture-size",
        "32",
        "--display",
        "none",
        "--output",
        str(tmp_path / "people"),
    )
    assert ProfileSet.load(tmp_path / "people").origin.source == "fictional+tables"


def test_people_with_facts_of_another_source_are_a_sound_set_that_is_asked_and_exported(tmp_path: Path) -> None:
    run("--facts", "tables", "--size", "5", "--picture-size", "32", "--output", str(tmp_path / "people"))
    assert read_people(tmp_path / "people" / "profiles.jsonl").faults == []
    people = open_people(tmp_path / "people")
    shown = [sample for sample in samples(people.questions(), people.pictures) if sample.pictured]
    assert shown
    assert all(sample.pictured for sample in shown)
    export(people, tmp_path / "hub", few_shot=1, ratios=(0.2,))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--facts lm", "unknown fact source 'lm'. Did you mean 'llm'"),
        ("--portraits sfhq", "unknown portrait source 'sfhq'"),
        ("--facts llm", "options of llm are not valid: model must be given"),
        ("--facts llm --facts-set temperature=1", "unknown option of llm 'temperature'"),
        ("--facts llm --facts-set model", "not of the form key=value"),
        ("--llm-model m", "'model=m' is an option of no source; name one with --facts"),
        ("--portraits-set path=x", "is an option of no source; name one with --portraits"),
        ("--dry-run", "only facts that cost something can be planned"),
        ("--facts llm --llm-model m --dry-run --domains portrait", "leave --domains out"),
        ("--facts llm --llm-model m --dry-run --descriptions", "leave --descriptions"),
        ("--facts llm --llm-model m --dry-run --facts-set prompt_price=1", "go together; give both"),
        ("--facts llm --llm-model m --dry-run --facts-set prompt_price=-1", "greater than or equal to 0"),
        ("--size 2", "a profile set needs a folder; give --output"),
        ("--preset tiny --facts llm", "a preset has its own size"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, arguments: str, words: str) -> None:
    output = [] if "needs a folder" in words else ["--output", str(tmp_path / "people")]
    with pytest.raises(UsageError) as caught:
        run(*arguments.split(), *output)
    assert words in str(caught.value)


class Careless(Tables):
    """Gives facts that can't be."""

    def __init__(self, wrong: str) -> None:
        super().__init__(TablesConfig())
        self.wrong = wrong

    def write(self, people, **settings):  # type: ignore[no-untyped-def]
        told = [list(facts) for facts in super().write(people, **settings)]
        if self.wrong == "fewer":
            told.pop()
        elif self.wrong == "twins":
            told[1] = told[0]
        else:
            told[0].append(Fact(key="hobby", value="chess", kind="word", sensitivity="identity"))  # type: ignore[arg-type]
        return [tuple(facts) for facts in told]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("twins", "person 2 .* is already taken"),
        ("more", "person 1 .* keys must be"),
        ("fewer", "gave the facts of 2 people, not of 3"),
    ],
)
def test_facts_of_a_stranger_s_source_are_checked(wrong: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        compose(size=3, seed=0, picture_size=32, portraits=None, facts=Careless(wrong), progress=Silent())


class Blank:
    """Knows nothing of its portraits."""

    name = "blank"

    def sitters(self, *, seed: int) -> list[Sitter]:  # noqa: ARG002 (a source's signature)
        return [Sitter("man", {}, lambda edge: Image.new("RGB", (edge, edge)), "0")] * 4


def test_portraits_of_which_nothing_is_known_are_refused() -> None:
    with pytest.raises(UsageError, match="a portrait has no attributes"):
        compose(size=2, seed=0, picture_size=32, portraits=Blank(), facts=None, progress=Silent())


def test_a_plan_counts_people_by_the_portraits_of_another_source(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    Image.new("RGB", (8, 8)).save(tmp_path / "b.png")
    (tmp_path / "attributes.csv").write_text("file,presentation,age\na.png,man,40s\nb.png,man,50s\n")
    portraits = ("--portraits", "folder", "--portraits-set", f"path={tmp_path}")
    said = run("--facts", "llm", "--llm-model", "m", "--size", "2", *portraits, "--dry-run")
    assert ("Person 1: a man" in said, "Person 2: a man" in said) == (True, True)
