"""Calls to an OpenAI-compatible endpoint: tried again where that helps, within a budget, and never in a rush.

Tried again: rate limits (after the time the server names, which holds for every call), faults of the server, broken
connections, time limits, and replies that are not of the schema. Not tried again: a request the endpoint does not
take. A refused key or an unknown model ends the run, since every other call would fail alike. Of what an endpoint says
about an error only the status is shown: it may quote the key.
"""

import asyncio
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import openai

from smfa_bench.errors import PrerequisiteError
from smfa_bench.scoring.llm.config import LlmJudgeConfig
from smfa_bench.scoring.llm.reply import SCHEMA, Reply, read_reply

LONGEST_PAUSE: Final = 120.0
"""Seconds; a server that asks for more is asked again after these."""
_HOPELESS: Final = frozenset({401, 403, 404})
_WORTH_ANOTHER: Final = frozenset({408, 409, 425, 429})


class MissingError(Exception):
    """No verdict can be had; the message is the reason."""


class Endpoint:
    """One endpoint during one start of the judge."""

    def __init__(self, config: LlmJudgeConfig, client: openai.AsyncOpenAI) -> None:
        self._config = config
        self._client = client
        self._quiet_until = 0.0
        self.calls = 0
        """Calls made so far."""
        self.tokens = 0
        """Tokens of prompts and replies so far, as the endpoint counts them."""

    async def ask(self, key: str, instructions: str, message: str) -> Reply:
        """Return the verdict for one prompt.

        Args:
            key: Name of the answer; it seeds the spread of the pauses.
            instructions: The system message.
            message: The user message.

        Raises:
            MissingError: If there is none after all attempts, or the budget is used up.
            PrerequisiteError: If the endpoint refuses the key or does not know the model.
        """
        spread = random.Random(key)
        reason = ""
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
                    reply = read_reply(await self._call(instructions, message))
            except openai.APIStatusError as error:
                reason = self._status_reason(error)
            except (openai.APIConnectionError, TimeoutError) as error:
                timed_out = isinstance(error, openai.APITimeoutError | TimeoutError)
                reason = f"no reply within {self._config.timeout:g} s" if timed_out else "the connection broke"
            except (openai.APIError, ValueError, LookupError, TypeError, AttributeError):
                reason = "the reply is not that of a chat endpoint"
            else:
                if reply is not None:
                    return reply
                reason = "the reply is not of the schema"
        raise MissingError(f"{reason}, after {self._config.attempts} attempts")

    async def _call(self, instructions: str, message: str) -> str | None:
        messages: Any = [{"role": "system", "content": instructions}, {"role": "user", "content": message}]
        form: Any = {"type": "json_schema", "json_schema": {"name": "verdict", "strict": True, "schema": SCHEMA}}
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
                f"the endpoint answers with status {status}; check the key in OPENAI_API_KEY, the judge's base_url "
                f"and its model {self._config.model!r}."
            ) from None
        if status < 500 and status not in _WORTH_ANOTHER:
            raise MissingError(f"the endpoint does not take the request (status {status})") from None
        pause = retry_after(error.response.headers.get("retry-after", ""))
        now = asyncio.get_running_loop().time()
        self._quiet_until = max(self._quiet_until, now + min(pause, LONGEST_PAUSE))
        return f"the endpoint answers with status {status}"


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
