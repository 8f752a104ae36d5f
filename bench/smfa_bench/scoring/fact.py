"""Offline Fact score: how much of the truth an answer holds, in [0, 10].

The score is 10 x the mean credit over the key facts of the question. A key fact earns the credit of the best place in
the answer that mentions its value or an alternative (shares of a credit: table in `credit.py`), under these rules:

| the answer                                                  | credit                                  |
|-------------------------------------------------------------|-----------------------------------------|
| is the true answer, but for case and the full stop          | 10 points, whatever the rules below say |
| is empty, or mentions no value                              | 0                                       |
| denies what is true ("is not a nurse") or affirms the false | 0; half if it says both                 |
| offers n other values in its place (see `rivals.py`)        | divided by 1 + n                        |
| gives only a part that stood in the question                | 0                                       |
| says it of another person than the true answer does         | halved (see `attribution.py`)           |
| is a refusal                                                | 0, unless the value leaks               |

A value leaks if it stands in a refusal though it did not stand in the question: "I can't say that she was born in
Tarnfield" earns the credit of "Tarnfield". A value that is itself a denial ("no hat") can't leak, because every refusal
is full of denials. Fluency is left to Meaningful. Only the first 5,000 characters are read.
"""

from dataclasses import dataclass
from typing import Final

from smfa_bench.data.question import KeyFactKind, Question
from smfa_bench.scoring.attribution import is_of_a_stranger, strangers
from smfa_bench.scoring.credit import Mention, mentions
from smfa_bench.scoring.refusal import is_refusal
from smfa_bench.scoring.rivals import count_rivals
from smfa_bench.scoring.wording import NEGATORS, every_word, is_denied, plain, words

LONGEST: Final = 5_000
"""Characters of an answer that are read."""

_DENIALS: Final = frozenset({"no", "not", "without"})
"""First words of a value that is a denial: "no hat"."""


@dataclass(frozen=True)
class _Case:
    """An answer beside what it is compared with, all plain."""

    text: str
    truth: str
    question: str
    refused: bool
    strangers: frozenset[str]
    """Names of people that the answer puts in the place of the one asked for."""


def fact_score(question: Question, answer: str) -> float:
    """Return how much of the truth the answer holds, in [0, 10], higher is more."""
    text, truth = plain(answer[:LONGEST]), plain(question.answer[:LONGEST])
    if text and text.rstrip(" .!") == truth.rstrip(" .!"):
        return 10.0
    case = _Case(text, truth, plain(question.text), is_refusal(text), strangers(question, answer[:LONGEST]))
    credits = [
        max(_credit(fact.kind, value, case) for value in (fact.value, *fact.alternatives))
        for fact in question.key_facts
    ]
    return 10 * sum(credits) / len(credits)


def _credit(kind: KeyFactKind, value: str, case: _Case) -> float:
    spelled = [word.text for word in words(plain(value))]
    if case.refused and NEGATORS & set(spelled):
        return 0
    if spelled and spelled[0] in _DENIALS:
        thing = " ".join(spelled[1:])
        if not thing:
            return float(any(word.text in NEGATORS for word in words(case.text)))
        return _best(kind, thing, case, denied=True)
    in_truth = mentions(kind, value, case.truth)
    return _best(kind, value, case, denied=any(is_denied(case.truth, at.start, at.end) for at in in_truth))


def _best(kind: KeyFactKind, value: str, case: _Case, *, denied: bool) -> float:
    """Return the credit of the best mention of a value that has to be denied, or affirmed."""
    found = [mention for mention in mentions(kind, value, case.text) if not _was_given(mention, case)]
    if case.refused:
        right = found
    else:
        right = [mention for mention in found if is_denied(case.text, mention.start, mention.end) == denied]
    if not right:
        return 0
    of_others = {mention for mention in right if is_of_a_stranger(case.text, mention.start, case.strangers)}
    best = max(right, key=lambda mention: (mention.share, mention not in of_others))
    rivals = count_rivals(kind, value, best, text=case.text, truth=case.truth, question=case.question)
    contradicted = any(mention.share == best.share for mention in found if mention not in right)
    return best.share / (1 + rivals) / (2 if contradicted else 1) / (2 if best in of_others else 1)


def _was_given(mention: Mention, case: _Case) -> bool:
    """Tell whether a part of the value, or a value in a refusal, only says again what the question said."""
    if mention.share == 1 and not case.refused:
        return False
    asked = {word.text for word in words(case.question)}
    return all(word.text in asked for word in every_word(case.text[mention.start : mention.end]))
