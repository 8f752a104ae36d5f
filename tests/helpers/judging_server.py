"""A chat endpoint on this machine that judges, and misbehaves as it is told."""

import json
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from helpers.chat_server import TOKENS, ChatServer, Fault, serving

__all__ = ["TOKENS", "Fault", "JudgingServer", "judging_server"]


@dataclass
class JudgingServer(ChatServer):
    """What was asked for, by the answer that was to be judged."""

    fact: int = 7

    def subject(self, body: dict[str, Any]) -> str:
        """Return the answer that is to be judged."""
        found: str = re.findall(r"<answer>\n(.*?)\n</answer>", body["messages"][1]["content"], re.DOTALL)[-1]
        return found

    def reply(self, subject: str, fate: Fault, body: dict[str, Any]) -> str:  # noqa: ARG002 (a server's signature)
        """Return a verdict, or one for each of several answers, the last first; without one of them if out of range."""
        points = 11 if fate == "out of range" else self.fact
        verdict = {"reason": "so it is", "fact": points, "meaningful": 9}
        if body["response_format"]["json_schema"]["name"] == "verdict":
            return json.dumps(verdict)
        numbers = [int(found) for found in re.findall(r'<item number="(\d+)">', body["messages"][1]["content"])]
        told = numbers[1:] if fate == "out of range" else numbers
        numbered = [verdict | {"number": number, "fact": number % 11} for number in reversed(told)]
        return json.dumps({"verdicts": numbered})


def judging_server(**settings: Any) -> AbstractContextManager[JudgingServer]:
    """Return a server to run for the length of a block."""
    return serving(JudgingServer(**settings))
