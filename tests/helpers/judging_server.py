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
        """Return a verdict."""
        points = 11 if fate == "out of range" else self.fact
        return json.dumps({"reason": "so it is", "fact": points, "meaningful": 9})


def judging_server(**settings: Any) -> AbstractContextManager[JudgingServer]:
    """Return a server to run for the length of a block."""
    return serving(JudgingServer(**settings))
