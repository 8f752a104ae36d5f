"""Calls to an OpenAI-compatible endpoint: tried again where that helps, within a budget, and never in a rush.

Tried again: rate limits (after the time the server names, which holds for every call), faults of the server, broken
connections, time limits, and replies that will not do. Not tried again: a request the endpoint does not take. A refused
key or an unknown model ends everything, since every other call would fail alike. Of what an endpoint says about an
error only the status is shown: it may quote the key.
"""

import asyncio
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Generic, TypeVar

import openai
from pydantic import JsonValue

from smfa_bench.endpoint.config import EndpointConfig
from smfa_bench.errors import PrerequisiteError

KEY_VARIABLE: Final = "OPENAI_API_KEY"
LONGEST_PAUSE: Final = 120.0
"""Seconds; a server that asks for more is asked again after these."""
_HOPELESS: Final = frozenset({401, 403, 404})
_WORTH_ANOTHER: Final = frozenset({408, 409, 425, 429})


Reply = TypeVar("Reply")


class MissingError(Exception):
    """No reply can be had; the message is the reason."""


@dataclass(frozen=True)
class Rejected:
    """What is wrong with a reply that will not do."""

    reason: str
    say: str | None = None
    """What the model is told when it is asked again, after its own reply; None asks again as if for the first time."""


@dataclass(frozen=True)
class Form:
    """The JSON that a reply must be: its schema, in the subset that endpoints accept, and a name for it."""

    name: str
    schema: JsonValue


@dataclass(frozen=True)
class Prompt(Generic[Reply]):
    """What is asked, and how a reply is read."""

    instructions: str
    """The system message."""
    message: str
    """The user message."""
    read: Callable[[str | None], Reply | Rejected]
    count: int = 1
    """Number of things that the reply is about."""


def check_key(who: str) -> None:
    """Pass if there is a key in the environment.

    Raises:
        PrerequisiteError: If there is none; `who` needs it.
    """
    if not os.environ.get(KEY_VARIABLE):
        raise PrerequisiteError(
            f"{who} needs a key in the environment variable {KEY_VARIABLE}; "
            "for a server that takes none, any text will do."
        )


class Endpoint:
    """One endpoint during one start."""

    def __init__(self, config: EndpointConfig, client: openai.AsyncOpenAI, form: Form) -> None:
        self._config = config
        self._client = client
        self._form = form
        self._quiet_until = 0.0
        self.calls = 0
        """Calls made so far."""
        self.tokens = 0
        """Tokens of prompts and replies so far, as the endpoint counts them."""

    async def ask(self, key: str, prompt: Prompt[Reply]) -> Reply:
        """Return the reply to one prompt.

        Args:
            key: Name of the prompt; it seeds the spread of the pauses.
            prompt: What is asked.

        Raises:
            MissingError: If there is none after all attempts, or the budget is used up.
            PrerequisiteError: If the endpoint refuses the key or does not know the model.
        """
        spread = random.Random(key)
        reason = ""
        first = [_message("system", prompt.instructions), _message("user", prompt.message)]
        added: list[dict[str, str]] = []
        for attempt in range(self._config.attempts):
            if attempt:
                await asyncio.sleep(
                    min(LONGEST_PAUSE, self._config.pause * 2 ** (attempt - 1)) * spread.uniform(0.5, 1)
                )
            await self._quiet()
            self._check_budget()
            self.calls += 1
            try:
                async with asyncio.timeout(self._config.timeout):
                    text = await self._call([*first, *added])
            except openai.APIStatusError as error:
                reason = self._status_reason(error)
            except (openai.APIConnectionError, TimeoutError) as error:
                timed_out = isinstance(error, openai.APITimeoutError | TimeoutError)
                reason = f"no reply within {self._config.timeout:g} s" if timed_out else "the connection broke"
            except (openai.APIError, ValueError, LookupError, TypeError, AttributeError):
                reason = "the reply is not that of a chat endpoint"
            else:
                reply = prompt.read(text)
                if not isinstance(reply, Rejected):
                    return reply
                reason = reply.reason
                added = [] if reply.say is None else [_message("assistant", text or ""), _message("user", reply.say)]
        raise MissingError(f"{reason}, after {self._config.attempts} attempts")

    async def _call(self, messages: Any) -> str | None:
        schema = {"name": self._form.name, "strict": True, "schema": self._form.schema}
        form: Any = {"type": "json_schema", "json_schema": schema}
        completion = await self._client.chat.completions.create(
            model=self._config.model, messages=messages, response_format=form, temperature=0
        )
        if completion.usage is not None:
            self.tokens += completion.usage.total_tokens
        return completion.choices[0].message.content

    async def _quiet(self) -> None:
        """Wait until the time that a rate limit named is over, which a later one may have moved."""
        clock = asyncio.get_running_loop().time
        while (left := self._quiet_until - clock()) > 0:
            await asyncio.sleep(left)

    def _check_budget(self) -> None:
        config = self._config
        if config.max_calls is not None and self.calls >= config.max_calls:
            raise MissingError(f"the budget of {config.max_calls} calls is used up")
        if config.max_tokens is not None and self.tokens >= config.max_tokens:
            raise MissingError(f"the budget of {config.max_tokens} tokens is used up")

    def _status_reason(self, error: openai.APIStatusError) -> str:
        """Return why a call failed, and remember a pause that the server asks for.

        Raises:
            PrerequisiteError: If no call can succeed.
            MissingError: If this call can't.
        """
        status = error.status_code
        if status in _HOPELESS:
            raise PrerequisiteError(
                f"the endpoint answers with status {status}; check the key in {KEY_VARIABLE}, the base_url "
                f"and the model {self._config.model!r}."
            ) from None
        if status < 500 and status not in _WORTH_ANOTHER:
            raise MissingError(f"the endpoint does not take the request (status {status})") from None
        pause = retry_after(error.response.headers.get("retry-after", ""))
        now = asyncio.get_running_loop().time()
        self._quiet_until = max(self._quiet_until, now + min(pause, LONGEST_PAUSE))
        return f"the endpoint answers with status {status}"


def _message(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def retry_after(header: str) -> float:
    """Return the seconds a Retry-After header asks for: a number or a date (RFC 9110, section 10.2.3); 0 if neither."""
    try:
        return max(0.0, float(header)) if float(header) < float("inf") else 0.0
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
