"""What the documentation tells a reader to type works, and what it points at is there."""

import ast
import importlib.util
import re
import shlex
from itertools import pairwise

import pytest

import smfa_bench
from helpers.documentation import PAGES, ROOT, blocks, commands, parsed
from smfa_bench.cli.reference import command_line
from smfa_bench.cli.table import AGGREGATES
from smfa_bench.config import Adapting
from smfa_bench.options import make_method, parse_options
from smfa_bench.registry import METHODS, SCORERS

EXAMPLES = [(page, block) for page in PAGES for block in blocks(page, "python")]
OF_A_READER = {"my_package", "smfa_bench_name"}
"""Packages that an example supposes to be there."""


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_one_that_the_command_line_takes(page: str) -> None:
    root = command_line()
    makefile = (ROOT / "Makefile").read_text()
    for command in commands(page):
        match shlex.split(command.text):
            case ["smfa-bench", *words]:
                parsed(root, words, whole=command.whole)
                if words[0] == "run" and command.whole:
                    options_fit(words)
            case ["make", target, *assignments]:
                assert f"\n{target}:" in makefile, command
                for arguments in (one.removeprefix("ARGS=") for one in assignments if one.startswith("ARGS=")):
                    parsed(root, ["run", *shlex.split(arguments)], whole=command.whole)
            case [python, "-m", module, *_] if python.endswith("python"):
                assert importlib.util.find_spec(module) is not None or module.startswith("helpers."), command


def options_fit(words: list[str]) -> None:
    """Assert that the method of a run takes the options that are set, if it is one of ours."""
    given = list(pairwise(words))
    (method,) = [value for option, value in given if option == "--method"]
    if method in METHODS.entries:
        make_method(method, parse_options(value for option, value in given if option == "--set"), Adapting())


def test_commands_are_found_in_blocks_and_in_sentences() -> None:
    found = [command for page in PAGES for command in commands(page) if command.text.startswith("smfa-bench ")]
    assert sum(command.whole for command in found) > 30
    assert sum(not command.whole for command in found) > 10


@pytest.mark.parametrize("words", ["runn", "run --methods smfa", "run", "run --method smfa --size many", "score"])
def test_a_command_that_is_none_would_be_found(words: str) -> None:
    with pytest.raises(Exception, match=r"no command|no option|Missing|valid integer"):
        parsed(command_line(), words.split(), whole=True)


@pytest.mark.parametrize(("page", "code"), EXAMPLES)
def test_python_of_the_documentation_runs_and_uses_public_names_only(page: str, code: str) -> None:
    tree = ast.parse(code)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    for node in imports:
        if node.module == "smfa_bench":
            assert {name.name for name in node.names} <= set(smfa_bench.__all__), page
        elif (node.module or "").startswith("smfa_bench."):
            assert node.module == "smfa_bench.testing", f"{page} imports {node.module}, which is not public"
    if not OF_A_READER & {(node.module or "").partition(".")[0] for node in imports}:
        exec(compile(code, page, "exec"), {"__name__": "example"})


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 4


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_to_a_file_and_to_a_heading_of_it(page: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.S)
    for target in re.findall(r"\]\((?!https://)([^)]+)\)", text):
        path, _, heading = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.is_file(), f"{page}: {target}"
        if heading:
            titles = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.M)
            assert heading in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}, target


def test_every_metric_has_its_range_source_and_weakness() -> None:
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    scorers = [SCORERS.get(name)().name for name in SCORERS.entries]
    missing = [name for name in ["fact", "meaningful", "probability", *scorers, *AGGREGATES] if f"`{name}`" not in text]
    assert [name for name in missing if f"`{name.partition('.')[0]}.<score>`" not in text] == []
    scores, _, _ = text.partition("## Erasure")
    for section in scores.split("\n### ")[1:]:
        assert "Source:" in section, section
        assert "- Weak: " in section, section


def test_every_page_is_in_the_navigation_of_the_site() -> None:
    listed = re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.M)
    assert sorted(listed) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))
