"""How long a server asks to be left alone, and that it is."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import openai
import pytest

from smfa_bench.scoring.llm.config import LlmJudgeConfig
from smfa_bench.scoring.llm.endpoint import LONGEST_PAUSE, Endpoint, MissingError, retry_after


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("-3", 0),
        ("", 0),
        ("soon", 0),
        ("nan", 0),
        ("inf", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ],
)
def test_seconds_are_read_and_nonsense_asks_for_nothing(header: str, seconds: float) -> None:
    assert retry_after(header) == seconds


def test_a_date_asks_for_the_time_until_then() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    assert 0 < retry_after(format_datetime(later, usegmt=True)) <= 3600


class Limited:
    """A client whose first call meets a rate limit, and whose others succeed."""

    def __init__(self, asked_for: str) -> None:
        response: Any = SimpleNamespace(status_code=429, headers={"retry-after": asked_for}, request=None)
        self.limit = openai.RateLimitError("slow down", response=response, body=None)
        self.chat = SimpleNamespace(completions=self)
        self.calls = 0

    async def create(self, **_: object) -> Any:
        self.calls += 1
        if self.calls == 1:
            raise self.limit
        message = SimpleNamespace(content='{"reason": "r", "fact": 3, "meaningful": 4}')
        return SimpleNamespace(usage=None, choices=[SimpleNamespace(message=message)])


@pytest.mark.parametrize(("asked_for", "least", "most"), [("30", 25, 30), ("86400", 110, LONGEST_PAUSE), ("", 0, 1)])
def test_after_a_rate_limit_no_answer_is_asked_for_before_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch, asked_for: str, least: float, most: float
) -> None:
    client: Any = Limited(asked_for)
    endpoint = Endpoint(LlmJudgeConfig(model="m", pause=0.01), client)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if seconds > 1:
            assert client.calls == 1
            endpoint._quiet_until = 0.0

    async def judge() -> None:
        assert (await endpoint.ask("one", "", "")).fact == 3

    monkeypatch.setattr(asyncio, "sleep", sleep)
    asyncio.run(judge())
    assert least <= max(slept) <= most


def test_a_reply_without_choices_is_missing_and_no_crash() -> None:
    async def create(**_: object) -> Any:
        return SimpleNamespace(usage=None, choices=[])

    client: Any = SimpleNamespace(chat=SimpleNamespace(completions=SimpleNamespace(create=create)))
    endpoint = Endpoint(LlmJudgeConfig(model="m", pause=0, attempts=2), client)
    with pytest.raises(MissingError, match="not that of a chat endpoint, after 2 attempts"):
        asyncio.run(endpoint.ask("one", "", ""))
