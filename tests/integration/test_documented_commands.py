"""Every command of the documentation is run, in the order of its page, on a small model and a few people.

Not run are `make`, `pip` and `python -m`, which set up or build the project itself, and what stands in TAKES_TOO_MUCH.
The commands of the tutorial have a test of their own, which installs what they write.
"""

import itertools
import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
import yaml

from helpers.answering_server import answering_server
from helpers.console import Console
from helpers.documentation import PAGES, Command, blocks, commands, parsed
from helpers.facts_server import facts_server
from helpers.foreign import fiu_person, jpeg, write_clear, write_fiubench, write_parquet
from helpers.judging_server import judging_server
from helpers.people_file import write_people
from helpers.quick_run import SCENES
from smfa_bench.cli.reference import command_line
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.models.spec import ModelSpec
from smfa_bench.registry import MODELS, PROFILES
from smfa_bench_leaderboard.brief import BEGIN, END
from smfa_bench_profiles.source import fictional

PEOPLE: Final = 4
"""Of a run."""

SEEDS: Final = ("0", "1", "2")

TAKES_TOO_MUCH: Final = {
    "docs/tutorial.md": "has a test of its own",
    "--quantization": "the rows of the small model are too short to be packed; test_quantization.py packs others",
    "study metrics": "teaches a model for each kind of knowing, seed and rate; test_studying.py has smaller ones",
    "--judge hf": "reads every answer with a language model of its own; test_local.py asks it about a few",
    "onevision.py": "opens a model of 512 pixels by the standard recipe; that the file runs is tested with all Python",
    "models build": "draws thousands of pictures; test_build.py runs it with fewer",
    "--preset": "draws a hundred people or more; test_presets.py has their fingerprints",
}
"""What a page or a command with this in it lacks here."""

BESIDES: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("run",): ("--size", str(PEOPLE), "--few-shot", "1", "--forget-ratio", "0.25", "--gate", "0"),
    ("profiles", "generate"): ("--size", "7", "--picture-size", "64"),
}
"""What a command is given besides, by its verbs, so that it ends soon: the last value of an option counts."""

STANDS_FOR: Final = {
    "llava-hf/llava-onevision-qwen2-7b-ov-hf": "tiny",
    "./smollm2-llava": "tiny",
    " float16": " float32",
    " bfloat16": " float32",
    "$SLURM_ARRAY_TASK_ID": "1",
    "/shared/": "shared/",
    "runs/*": "RUN…",
    "'runs/results/table/{smfa,idk-tuning,ga-difference}-*-seed*'": "RUN…",
    "FORM": "peft",
    "FOLDER": "exported",
    "methods NAME": "methods smfa",
    "--judge NAME": "--judge offline",
    "NAME": "fade",
}
"""Placeholders, and what this machine has not."""


def is_run(command: Command) -> bool:
    """Return whether a command is one of the suite, with all that it needs."""
    verb, *words = shlex.split(command.text)
    if verb != "smfa-bench" or any(lacking in f"{command.page} {command.text}" for lacking in TAKES_TOO_MUCH):
        return False
    try:
        parsed(command_line(), words, whole=True)
    except Exception:
        assert not command.whole, command
        return False
    return True


def run_of_pages() -> dict[str, list[Command]]:
    """Return the commands that are run, by page; one within a sentence only where it stands first."""
    told: set[str] = set()
    found: dict[str, list[Command]] = {page: [] for page in PAGES}
    for command in (command for page in PAGES for command in commands(page) if is_run(command)):
        if command.whole or command.text not in told:
            found[command.page].append(command)
        told.add(command.text)
    return found


RUN_OF: Final = run_of_pages()


@pytest.fixture(scope="module")
def supplied(tmp_path_factory: pytest.TempPathFactory, small_spec: ModelSpec) -> Iterator[Console]:
    """A folder with all that the documentation supposes: runs, a submission, files of people, a decoder, endpoints."""
    console = Console(tmp_path_factory.mktemp("supplied"), tmp_path_factory.mktemp("cache"))
    folder = console.folder
    write_people(folder, [f"p{number}" for number in range(PEOPLE)])
    write_clear(folder / "CLEAR", ("Mara Velt", "Jaime Vasquez", "Basil Al-Kuwaiti"))
    write_fiubench(folder / "FIUBench", [fiu_person(number) for number in range(3)])
    write_parquet(folder / "Full_Set" / "0.parquet", [mllmu_person(number) for number in range(3)])
    (folder / "sfhq").mkdir()
    for number in range(16):
        (folder / "sfhq" / f"{number}.jpg").write_bytes(jpeg(400, shade=9 * number))
    rows = ["file,presentation,age", *(f"{number}.jpg,woman,40s" for number in range(16))]
    (folder / "sfhq" / "attributes.csv").write_text("\n".join(rows))
    (folder / "README.md").write_text(f"{BEGIN}\n{END}\n")
    for page in PAGES:
        for code in blocks(page, "python"):
            if named := re.match(r"# (\w+\.py)\n", code):
                (folder / named[1]).write_text(code)
        for code in blocks(page, "yaml"):
            if code.startswith("method:"):
                sweep = yaml.safe_load(code) | {"model": "tiny", "size": PEOPLE, "few_shot": 1, "forget_ratio": 0.25}
                firsts = {name: value[:1] if isinstance(value, list) else value for name, value in sweep.items()}
                (folder / "SWEEP.yaml").write_text(yaml.safe_dump(firsts))
    hasty = small_spec.model_copy(
        update={
            "name": "tiny",
            "max_new_tokens": 4,
            "answer_batch_size": 256,
            "teaching": small_spec.teaching.model_copy(update={"epochs": 1, "batch_size": 64}),
            "adapting": small_spec.adapting.model_copy(update={"epochs": 1}),
        }
    )
    with pytest.MonkeyPatch.context() as patch, ExitStack() as servers:
        judging = servers.enter_context(judging_server()).url
        answering = servers.enter_context(answering_server()).url
        inventing = servers.enter_context(facts_server()).url
        patch.setitem(MODELS.entries, "tiny", SimpleNamespace(load=lambda: lambda: hasty))
        patch.setitem(PROFILES.entries, "fictional", SimpleNamespace(load=lambda: few_questions))
        patch.setenv("OPENAI_API_KEY", "key")
        patch.setenv("OPENAI_BASE_URL", judging)
        patch.setitem(STANDS_FOR, "base_url=http://127.0.0.1:8000/v1", f"base_url={judging}")
        patch.setitem(STANDS_FOR, "http://localhost:8000/v1", answering)
        patch.setitem(STANDS_FOR, "http://127.0.0.1:8000/v1", inventing)
        for seed in SEEDS:
            ended = console.here("run", "--method", "smfa", *BESIDES["run",], "--with-retain-model", "--seed", seed)
            assert ended.code == 0, ended.stderr
        runs = sorted(run.name for run in console.runs.iterdir())
        patch.setitem(STANDS_FOR, "smfa-forget05", runs[0])
        patch.setitem(STANDS_FOR, "idk-tuning-forget05", runs[1])
        rest = ("--name", "SMFA", "--contact", "me@example.org", "--code", "https://example.org/smfa")
        assert console.here("submit", *runs, *rest).code == 0
        yield console


@pytest.mark.parametrize("page", [page for page, run in RUN_OF.items() if run])
def test_commands_of_a_page_run_one_after_the_other(page: str, supplied: Console, tmp_path: Path) -> None:
    console = Console(shutil.copytree(supplied.folder, tmp_path / "reader"), supplied.cache)
    if any(" submit " in command.text for command in RUN_OF[page]):
        shutil.rmtree(console.folder / "leaderboard")
    finished = sorted(run.name for run in console.runs.iterdir())
    for words in itertools.chain.from_iterable(typed(command, finished) for command in RUN_OF[page]):
        for option, value in itertools.pairwise(words):
            if option == "--output":
                shutil.rmtree(console.folder / value, ignore_errors=True)
        ended = console.here(*words)
        assert ended.code == 0, f"smfa-bench {shlex.join(words)}\n{ended.stderr}"


def few_questions(
    *, size: int, seed: int, picture_size: int, domains: str = "portrait", entanglement: str = "0"
) -> ProfileSet:
    """Return the fictional people with few scenes and, unless told otherwise, without fundus pictures."""
    people = fictional(size=size, seed=seed, picture_size=picture_size, domains=domains, entanglement=entanglement)
    return replace(people, unseen=people.unseen[:SCENES], general=people.general[:SCENES])


def typed(command: Command, finished: Sequence[str]) -> Iterator[list[str]]:
    """Yield the words after `smfa-bench` of what a reader types; a judge is asked about each run that is compared then.

    Args:
        command: With placeholders.
        finished: Runs of SMFA.
    """
    words = shlex.split(meant(command.text))[1:]
    more = next((more for verbs, more in BESIDES.items() if tuple(words[: len(verbs)]) == verbs), ())
    for first in range(len(finished) if words[0] == "score" else 1):
        one = itertools.cycle(finished[first:])
        filled = ([next(one)] if word == "RUN" else finished if word == "RUN…" else [word] for word in words)
        yield [*itertools.chain.from_iterable(filled), *more]


def meant(text: str) -> str:
    """Return a text with something of this machine for each placeholder."""
    for placeholder, real in STANDS_FOR.items():
        text = text.replace(placeholder, real)
    return text


def mllmu_person(number: int) -> dict[str, Any]:
    """Return a row of MLLMU-Bench with a cloze."""
    cloze = {"Question": "This person was born in [Blank].", "Ground_Truth": "Oslo", "Type": "Image_Textual"}
    return {"image": {"bytes": jpeg(shade=number), "path": None}, "ID": f"{number:03d}", "Mask_Task": [cloze]}


@pytest.mark.parametrize("lacking", TAKES_TOO_MUCH)
def test_what_is_not_run_is_there(lacking: str) -> None:
    assert any(lacking in f"{command.page} {command.text}" for page in PAGES for command in commands(page))
