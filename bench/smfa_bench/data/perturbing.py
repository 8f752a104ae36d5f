"""Wrong answers of the right form: the true answer with somebody else's values of the same fact in it.

They follow from the people alone, in whatever order these come, so that records and fingerprints need not hold them.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from smfa_bench.data.question import Question, Task

WRONG: Final = 3
"""Most wrong answers to a question."""
_ARTICLE: Final = re.compile(r"\ban? $")


def wrong_answers(questions: Iterable[Question], *, count: int = WRONG) -> dict[str, tuple[str, ...]]:
    """Return distinct wrong answers to each memory question, by the question's id.

    Values come from other people's questions of the same task and topic; where fewer than `count` others differ, there
    are fewer wrong answers, and none where nobody does.

    Args:
        questions: All questions about a set of people.
        count: Most wrong answers to a question, at least 1.
    """
    groups: dict[tuple[Task, str], list[Question]] = defaultdict(list)
    for question in sorted(questions, key=lambda question: question.id):
        if question.task is not Task.IMAGE_UNDERSTANDING:
            groups[question.task, question.topic].append(question)
    return {question.id: _wrong(question, group, count) for group in groups.values() for question in group}


def lead(question: Question) -> str:
    """Return the words of the true answer before the first key fact: "She was born in"; "" if none are."""
    first = min((question.answer.find(fact.value) for fact in question.key_facts), default=-1)
    return question.answer[: max(0, first)].rstrip()


def _wrong(question: Question, group: Sequence[Question], count: int) -> tuple[str, ...]:
    others = list(group)
    # Sources may list people by age or alphabet; whoever stands next must not be nearest in value.
    random.Random(question.id).shuffle(others)
    found: dict[str, None] = {}
    for other in others:
        answer = _swapped(question, other)
        if answer is not None and answer != question.answer:
            found[answer] = None
        if len(found) == count:
            break
    return tuple(found)


def _swapped(question: Question, other: Question) -> str | None:
    """Return the answer with the other's values in it; None if they do not fit or one is the same."""
    values = [fact.value for fact in question.key_facts]
    strange = [fact.value for fact in other.key_facts]
    known: Mapping[str, set[str]] = {
        fact.value.casefold(): {one.casefold() for one in (fact.value, *fact.alternatives)}
        for fact in question.key_facts
    }
    if len(values) != len(strange) or any(
        new.casefold() in known[old.casefold()] for old, new in zip(values, strange, strict=True)
    ):
        return None
    answer, place = "", 0
    for old, new in zip(values, strange, strict=True):
        start = question.answer.find(old, place)
        if start < 0:
            return None
        before = question.answer[place:start]
        article = _ARTICLE.search(other.answer[: max(0, other.answer.find(new))])
        answer += (_ARTICLE.sub(article[0], before) if article else before) + new
        place = start + len(old)
    return answer + question.answer[place:]
