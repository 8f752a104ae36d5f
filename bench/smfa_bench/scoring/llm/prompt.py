"""What the judging model is told: a template with the texts to be judged put in as data.

A template is a text file: instructions, a line "---", and a message with `$question`, `$truth` and `$answer`, once
each. The texts are escaped, so that none can close a tag of the template or bring one of its own.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from smfa_bench.data.question import Question
from smfa_bench.errors import UsageError
from smfa_bench.scoring.fact import LONGEST

FIELDS: Final = ("answer", "question", "truth")
_SHIPPED: Final = "prompt.txt"
_BORDER: Final = "\n---\n"


@dataclass(frozen=True)
class Prompt:
    """A template, read and checked."""

    instructions: str
    message: str
    digest: str
    """First 8 hexadecimal digits of the file's SHA-256: another template is another judge."""

    def filled(self, question: Question, answer: str) -> str:
        """Return the message for one answer, of which the first 5,000 characters are shown."""
        texts = {"question": question.text, "truth": question.answer, "answer": answer[:LONGEST]}
        return Template(self.message).substitute({name: escape(text, quote=False) for name, text in texts.items()})

    def filled_with(self, asked: Sequence[tuple[Question, str]]) -> str:
        """Return the message for several answers, numbered from 1."""
        items = (self.filled(question, answer).strip() for question, answer in asked)
        return "\n".join(f'<item number="{i}">\n{item}\n</item>' for i, item in enumerate(items, 1))

    def instructions_for(self, count: int) -> str:
        """Return what is added to the instructions when several answers are judged in one call."""
        return (
            f"{self.instructions}\n\nThere are {count} items to grade, each for itself, between numbered tags. Reply "
            'with JSON only, an entry for each item: {"verdicts": [{"number": 1, "reason": "one short sentence", '
            '"fact": 0, "meaningful": 0}, …]}'
        )


def read_prompt(path: Path | None = None) -> Prompt:
    """Read a template file, or the one that is shipped.

    Raises:
        UsageError: If the file can't be read, or is no template as described above.
    """
    try:
        content = (files(__package__) / _SHIPPED).read_bytes() if path is None else path.read_bytes()
        text = content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"can't read the prompt template {path}: {error}; give a text file in UTF-8.") from error
    instructions, border, message = text.replace("\r\n", "\n").partition(_BORDER)
    template = Template(message)
    fields = template.get_identifiers() if template.is_valid() else []
    if not border or sorted(fields) != list(FIELDS) or any(text.count(f"${field}") != 1 for field in FIELDS):
        raise UsageError(
            f"{path} is no prompt template: it needs instructions, a line '---', and a message that holds "
            "$question, $truth and $answer once each."
        )
    return Prompt(instructions, message, hashlib.sha256(content).hexdigest()[:8])
