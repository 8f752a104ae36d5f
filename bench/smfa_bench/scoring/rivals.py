"""Counts the other values that an answer offers beside the right one: a guess that names them all knows nothing.

Other values are told
- by shape: further dates, amounts, numbers, phone numbers, addresses of mail and codes;
- by a list: items joined by "or" or "/", or three and more items ("red, blue, green and yellow");
- by the same clause said again: "It is red. It is blue."
A pair joined by "and" or by one comma is no list, and commas make none in places and addresses. Values that stand in
the true answer are no rivals, nor are values of a shape that stand in the question.
"""

import re
from typing import Final

from smfa_bench.data.question import KeyFactKind
from smfa_bench.scoring.credit import Mention, agree, same_shape
from smfa_bench.scoring.values import find, normalise
from smfa_bench.scoring.wording import NEGATORS, plain, words

_SENTENCE_END: Final = re.compile(r"[;:!?]|\.(?!\d)")
_JOINT: Final = re.compile(r",(?!\d)(?: (?:and|or)\b)?|/|\b(?:and|or)\b")
_PREPOSITIONS: Final = frozenset({"at", "from", "in", "of", "on"})
_LONGEST_ITEM: Final = 3
"""Words of an item that stands between two joints."""

_WITH_COMMAS: Final = frozenset({"place", "address"})
_VAGUE: Final = frozenset({"something", "so", "similar", "thereabout"})
"""Ends of "red or so"."""

Span = tuple[int, int]


def count_rivals(kind: KeyFactKind, value: str, mention: Mention, *, text: str, truth: str, question: str) -> int:
    """Return how many other values the answer offers in place of the mentioned one.

    Args:
        kind: Kind of the key fact.
        value: The true value.
        mention: Where the value stands in the answer.
        text: The answer, plain.
        truth: The true answer, plain.
        question: Text of the question, plain.
    """
    known = {word.text for word in words(truth)} | NEGATORS | _VAGUE
    sentence = next(span for span in _pieces(_SENTENCE_END, text, (0, len(text))) if span[1] >= mention.end)
    clauses = [part for whole in _pieces(_SENTENCE_END, text, (0, len(text))) for part in _pieces(_JOINT, text, whole)]
    return max(
        len(_by_shape(kind, value, mention, text, truth, question)),
        _unknown(_in_list(text, mention, _pieces(_JOINT, text, sentence), commas=kind not in _WITH_COMMAS), known),
        _unknown(_in_clauses(text, mention, clauses), known),
    )


def _by_shape(kind: KeyFactKind, value: str, mention: Mention, text: str, truth: str, question: str) -> set[str]:
    target = normalise(kind, value)
    if kind == "code":
        return same_shape(value, text) - same_shape(value, truth) - same_shape(value, question) - {target}
    if not find(kind, plain(value)):
        return set()
    known = [target, *(found.value for source in (truth, question) for found in find(kind, source))]
    others = [found for found in find(kind, text) if (found.start, found.end) != (mention.start, mention.end)]
    return {
        found.value
        for found in others
        # "the one with the hat" counts nothing
        if text[found.start : found.end].strip() != "one" and not any(agree(kind, own, found.value) for own in known)
    }


def _in_list(text: str, mention: Mention, items: list[Span], *, commas: bool) -> set[tuple[str, ...]]:
    """Return the words that stand in the value's place in each other item of the list the mention is in."""
    own = _holder(items, mention)
    if own is None:
        return set()
    first = last = own
    start, end = items[own]
    if not _spelled(text, (start, mention.start)):
        while first > 0 and (first == own or len(_spelled(text, items[first])) <= _LONGEST_ITEM):
            first -= 1
    if len(_spelled(text, (mention.end, end))) <= 1:
        while last + 1 < len(items) and len(_spelled(text, items[last + 1])) <= _LONGEST_ITEM:
            last += 1
    joints = [text[items[i][1] : items[i + 1][0]] for i in range(first, last)]
    if not any(re.search(r"\bor\b|/", joint) for joint in joints) and not (commas and len(joints) >= 2):
        return set()
    size = len(_spelled(text, (mention.start, mention.end)))
    before = {tuple(_spelled(text, items[i])[-size:]) for i in range(first, own)}
    return before | {tuple(_spelled(text, items[i])[:size]) for i in range(own + 1, last + 1)}


def _in_clauses(text: str, mention: Mention, clauses: list[Span]) -> set[tuple[str, ...]]:
    """Return what other clauses have in place of the mention, where all else is the same."""
    own = _holder(clauses, mention)
    if own is None:
        return set()
    start, end = clauses[own]
    lead, tail = _spelled(text, (start, mention.start)), _spelled(text, (mention.end, end))
    value = _spelled(text, (mention.start, mention.end))
    size = len(lead) + len(value) + len(tail)
    others: set[tuple[str, ...]] = set()
    for clause in clauses if lead or tail else ():
        said = _spelled(text, clause)
        inside = said[len(lead) : len(lead) + len(value)]
        if len(said) == size and said[: len(lead)] == lead and said[size - len(tail) :] == tail and inside != value:
            others.add(tuple(inside))
    return others


def _unknown(items: set[tuple[str, ...]], known: set[str]) -> int:
    return sum(not known.issuperset(item) for item in items)


def _pieces(separator: re.Pattern[str], text: str, within: Span) -> list[Span]:
    cuts = list(separator.finditer(text, *within))
    return list(
        zip([within[0], *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), within[1]], strict=True)
    )


def _holder(spans: list[Span], mention: Mention) -> int | None:
    return next((i for i, (start, end) in enumerate(spans) if start <= mention.start and mention.end <= end), None)


def _spelled(text: str, span: Span) -> list[str]:
    found = [word.text for word in words(text[span[0] : span[1]])]
    return found[1:] if found and found[0] in _PREPOSITIONS else found
