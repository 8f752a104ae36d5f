"""What the documentation asks its readers to type: commands and Python, page by page."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted(
    page.relative_to(ROOT).as_posix()
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md"))
    if page.name != "cli.md"
)
FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
TYPED: Final = re.compile(r"(?:smfa-bench|make|pip install|(?:\S*/)?python -m) ")
LOOP: Final = re.compile(r"for (\w+) in (\S+)")
INLINE: Final = re.compile(rf"`({TYPED.pattern}[^`]+)`")


class Command(NamedTuple):
    """A line that a reader may type."""

    page: str
    text: str
    whole: bool
    """Whether it stands in a block of its own; a command within a sentence may lack its arguments."""


def blocks(page: str, *languages: str) -> list[str]:
    """Return the fenced blocks of a page that are in one of these languages; "" is a block without one."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [content for language, content in FENCE.findall(text) if language in languages]


def commands(page: str) -> Iterator[Command]:
    """Yield every command of a page, without its comment; continued lines are joined, loops gone through once."""
    for block in blocks(page, "", "bash", "sh"):
        looped = dict(LOOP.findall(block))
        for indented in block.replace("\\\n", " ").splitlines():
            line = indented.strip()
            for variable, first in looped.items():
                line = re.sub(rf"\${variable}\b", first, line)
            if TYPED.match(line):
                yield Command(page, shlex.join(shlex.split(line, comments=True)), whole=True)
    prose = FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    for text in INLINE.findall(prose):
        yield Command(page, " ".join(text.split()), whole=False)


def parsed(root: Any, words: list[str], *, whole: bool) -> None:
    """Assert that the command line takes these words.

    Args:
        root: The application.
        words: What follows `smfa-bench`.
        whole: The command has all that it needs; else only its verb and its options are looked at.
    """
    command, left = root, list(words)
    while getattr(command, "commands", None) and left and not left[0].startswith("-"):
        verb = left.pop(0)
        assert verb in command.commands, f"no command {verb!r}; there are {', '.join(command.commands)}"
        command = command.commands[verb]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    asked = {word.partition("=")[0] for word in left if word.startswith("--")}
    assert asked <= known, f"no option {', '.join(sorted(asked - known))}"
    if whole and not getattr(command, "commands", None):
        command.make_context(command.name, left)
