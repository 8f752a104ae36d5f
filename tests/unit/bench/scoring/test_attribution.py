"""Whose fact is told: a value said of somebody else earns half."""

import pytest

from smfa_bench.data.question import KeyFact, Question, Task
from smfa_bench.scoring.attribution import strangers
from smfa_bench.scoring.fact import fact_score

BORN = Question(
    id="p0000/text_memory/birthplace",
    subject="p0000",
    task=Task.TEXT_MEMORY,
    topic="birthplace",
    picture=None,
    text="Where was Mara Velt born?",
    answer="Mara Velt was born in Tarnfield.",
    key_facts=(KeyFact(kind="place", value="Tarnfield"),),
)
SHOWN = BORN.model_copy(update={"text": "Where was this person born?", "answer": "She was born in Tarnfield."})


@pytest.mark.parametrize(
    ("question", "answer", "points"),
    [
        (BORN, "Otto Brandt was born in Tarnfield.", 5),
        (BORN, "Otto Brandt was born in Tarnfield, but Mara Velt was born in Cranmoor.", 5),
        (BORN, "Otto Brandt was born in Tarnfield. Mara Velt was born in Tarnfield too.", 10),
        (BORN, "Near Otto Brandt she was born in Tarnfield.", 10),
        (BORN, "Tarnfield, like Otto Brandt.", 10),
        (BORN, "Mara Velt, the sister of Otto, was born in Tarnfield.", 10),
        (BORN, "Miss Mara Velt was born in Tarnfield.", 10),
        (SHOWN, "Otto Brandt was born in Tarnfield.", 10),
    ],
)
def test_a_value_said_of_a_stranger_earns_half(question: Question, answer: str, points: float) -> None:
    assert fact_score(question, answer) == points


def test_strangers_are_names_that_neither_question_nor_truth_has() -> None:
    assert strangers(BORN, "Mara Velt knows Otto Brandt and Mara Brandt.") == {"otto brandt"}
    assert strangers(SHOWN, "Otto Brandt.") == frozenset()
