"""Tells whether a value is said of another person than the one asked for.

Only where the question and the true answer name the person: who is in a picture can't be told from the words. A name
is two words or more in capitals. The value is a stranger's if the stranger is named before it in its clause and no
pronoun stands between: "Otto Brandt was born in Tarnfield", but not "Under Otto Brandt she works as a nurse".
"""

import re
from typing import Final

from smfa_bench.data.question import Question
from smfa_bench.scoring.wording import clause_before, every_word, plain

_NAME: Final = re.compile(r"[A-ZÀ-ÖØ-Þ][^\W\d_]+(?: [A-ZÀ-ÖØ-Þ][^\W\d_]+)+")
_PRONOUN: Final = re.compile(r"\b(?:he|she|they|who|whose|his|her|their)\b")


def strangers(question: Question, answer: str) -> frozenset[str]:
    """Return the names, plain, that stand in an answer and share no word with the question and the true answer.

    None if the question and the true answer do not both name the person asked for.
    """
    if _names(question.text).isdisjoint(_names(question.answer)):
        return frozenset()
    known = {word.text for text in (question.text, question.answer) for word in every_word(plain(text))}
    return frozenset(name for name in _names(answer) if known.isdisjoint(word.text for word in every_word(name)))


def is_of_a_stranger(text: str, start: int, names: frozenset[str]) -> bool:
    """Tell whether what begins at a place of a plain text is said of one of these people."""
    clause = clause_before(text, start) if names else ""
    return any(name in clause and not _PRONOUN.search(clause.rpartition(name)[2]) for name in names)


def _names(text: str) -> set[str]:
    return {plain(name) for name in _NAME.findall(text)}
