"""How long a server asks to be left alone, and that it is."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import openai
import pytest

from smfa_bench.endpoint.config import EndpointConfig
from smfa_bench.endpoint.endpoint import LONGEST_PAUSE, Endpoint, Form, MissingError, Prompt, Rejected, retry_after

FORM = Form("words", {"type": "string"})


def read(text: str | None) -> str | Rejected:
    """Take any reply but "no", about which something is said, and silence, about which nothing is."""
    if text is None:
        return Rejected("there is no reply")
    return Rejected("the reply is no", say="Say yes.") if text == "no" else text


PROMPT = Prompt("Be brief.", "Yes?", read)


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
        message = SimpleNamespace(content="a reply")
        return SimpleNamespace(usage=None, choices=[SimpleNamespace(message=message)])


@pytest.mark.parametrize(("asked_for", "least", "most"), [("30", 25, 30), ("86400", 110, LONGEST_PAUSE), ("", 0, 1)])
def test_after_a_rate_limit_no_answer_is_asked_for_before_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch, asked_for: str, least: float, most: float
) -> None:
    client: Any = Limited(asked_for)
    endpoint = Endpoint(EndpointConfig(model="m", pause=0.01), client, FORM)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if seconds > 1:
            assert client.calls == 1
            endpoint._quiet_until = 0.0

    async def judge() -> None:
        assert await endpoint.ask("one", PROMPT) == "a reply"

    monkeypatch.setattr(asyncio, "sleep", sleep)
    asyncio.run(judge())
    assert least <= max(slept) <= most


def test_a_reply_without_choices_is_missing_and_no_crash() -> None:
    async def create(**_: object) -> Any:
        return SimpleNamespace(usage=None, choices=[])

    client: Any = SimpleNamespace(chat=SimpleNamespace(completions=SimpleNamespace(create=create)))
    endpoint = Endpoint(EndpointConfig(model="m", pause=0, attempts=2), client, FORM)
    with pytest.raises(MissingError, match="not that of a chat endpoint, after 2 attempts"):
        asyncio.run(endpoint.ask("one", PROMPT))


def test_what_is_wrong_with_a_reply_is_said_to_the_model_that_gave_it() -> None:
    replies = ["no", "no", None, "yes"]
    seen: list[list[tuple[str, str]]] = []

    async def create(*, messages: list[dict[str, str]], **_: object) -> Any:
        seen.append([(message["role"], message["content"]) for message in messages])
        message = SimpleNamespace(content=replies[len(seen) - 1])
        return SimpleNamespace(usage=None, choices=[SimpleNamespace(message=message)])

    client: Any = SimpleNamespace(chat=SimpleNamespace(completions=SimpleNamespace(create=create)))
    endpoint = Endpoint(EndpointConfig(model="m", pause=0), client, FORM)
    assert asyncio.run(endpoint.ask("one", PROMPT)) == "yes"
    first = [("system", "Be brief."), ("user", "Yes?")]
    again = [*first, ("assistant", "no"), ("user", "Say yes.")]
    assert seen == [first, again, again, first]
