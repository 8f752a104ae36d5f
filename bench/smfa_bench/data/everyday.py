"""Everyday questions that nobody scores: what a model says to them it may rehearse, so that it goes on saying it."""

from functools import cache
from typing import Final

from smfa_bench.data.question import KeyFact, Question, Task

FORMS: Final = (
    "What is {thing}?",
    "What is {thing} good for?",
    "Where would one come across {thing}?",
    "Tell me something about {thing}.",
    "How would you describe {thing} to a child?",
    "Write one sentence about {thing}.",
    "What comes to mind when you think of {thing}?",
    "Why do people care about {thing}?",
)
"""None asks what the questions about the world ask that a run scores (`--knowledge`)."""
THINGS: Final = (
    *("a bridge", "a lighthouse", "a library", "a windmill", "a market", "a railway station", "a garden", "a castle"),
    *("a hammer", "a compass", "a ladder", "a candle", "an umbrella", "a mirror", "a key", "a blanket"),
    *("bread", "honey", "salt", "rice", "tea", "an apple", "a carrot", "soup"),
    *("a fox", "a whale", "an owl", "a bee", "a horse", "a frog", "a spider", "a penguin"),
    *("an oak tree", "a sunflower", "moss", "a mushroom", "a cactus", "seaweed", "wheat", "a forest"),
    *("rain", "thunder", "a rainbow", "snow", "the wind", "a river", "a desert", "an island"),
    *("a flute", "a drum", "a novel", "a painting", "a dance", "a joke", "a holiday", "a football match"),
    *("a doctor", "a farmer", "a teacher", "a pilot", "a vaccine", "electricity", "a telescope", "the internet"),
)


@cache
def everyday_questions() -> tuple[Question, ...]:
    """Return each form about each thing; the answer of each is the thing, for want of a true one."""
    return tuple(
        Question(
            id=f"everyday/{number:02d}/{place:02d}",
            subject="everyday",
            task=Task.TEXT_MEMORY,
            topic="everyday",
            picture=None,
            text=form.format(thing=thing),
            answer=thing,
            key_facts=(KeyFact(kind="word", value=thing),),
        )
        for number, form in enumerate(FORMS)
        for place, thing in enumerate(THINGS)
    )
