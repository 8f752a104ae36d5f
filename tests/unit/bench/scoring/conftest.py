from typing import Protocol

import pytest

from smfa_bench.data.question import KeyFact, KeyFactKind, Question, Task


class Ask(Protocol):
    def __call__(
        self, kind: KeyFactKind, value: str, truth: str, *, text: str = ..., alternatives: tuple[str, ...] = ...
    ) -> Question: ...


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Make a question with one key fact."""

    def make(
        kind: KeyFactKind, value: str, truth: str, *, text: str = "What is it?", alternatives: tuple[str, ...] = ()
    ) -> Question:
        return Question(
            id="p0000/text_memory/thing",
            subject="p0000",
            task=Task.TEXT_MEMORY,
            topic="thing",
            picture=None,
            text=text,
            answer=truth,
            key_facts=(KeyFact(kind=kind, value=value, alternatives=alternatives),),
        )

    return make


@pytest.fixture(scope="session")
def birthplace(ask: Ask) -> Question:
    return ask("place", "Tarnfield", "She was born in Tarnfield.", text="Where was this person born?")
