"""A chat endpoint on this machine that invents facts, and misbehaves as it is told."""

import json
import random
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from helpers.chat_server import ChatServer, Fault, serving
from smfa_bench_profiles.facts import sample_facts
from smfa_bench_profiles.names import sample_name


def invented(number: int) -> dict[str, Any]:
    """Return a reply that will do, another one for each number."""
    rng = random.Random(f"invented/{number}")
    facts = sample_facts(rng, sample_name(rng, presentation="woman"))
    return {"facts": [fact.model_dump(mode="json") for fact in facts]}


@dataclass
class FactsServer(ChatServer):
    """What was asked for, by the number of the person."""

    wrong: dict[str, list[Any]] = field(default_factory=dict)
    """By number: what is replied at first, one call after the other, before a reply that will do."""

    def subject(self, body: dict[str, Any]) -> str:
        """Return the number of the person."""
        found: str = re.findall(r"Person (\d+):", body["messages"][1]["content"])[0]
        return found

    def reply(self, subject: str, fate: Fault, body: dict[str, Any]) -> str:  # noqa: ARG002 (a server's signature)
        """Return facts."""
        wrong = self.wrong.get(subject)
        said = wrong.pop(0) if wrong else invented(int(subject))
        return said if isinstance(said, str) else json.dumps(said)


def facts_server(**settings: Any) -> AbstractContextManager[FactsServer]:
    """Return a server to run for the length of a block."""
    return serving(FactsServer(**settings))
