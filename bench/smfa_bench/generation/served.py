"""Answers from a server: any OpenAI-compatible chat endpoint that sees pictures, such as vLLM's.

A server tells what a model says, not how likely it finds the true answer: the probability is missing.
"""

import asyncio
import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import openai

from smfa_bench.data.picture_file import png
from smfa_bench.data.sample import Sample
from smfa_bench.errors import BenchError, PrerequisiteError
from smfa_bench.generation.ledger import Ledger, Said
from smfa_bench.progress import Progress

KEY_VARIABLE: Final = "OPENAI_API_KEY"
_HOPELESS: Final = frozenset({401, 403, 404})


@dataclass(frozen=True)
class Server:
    """Where a model is served, and how hard it may be asked."""

    url: str
    """Up to and including `/v1`."""
    model: str
    """Name of the served model or LoRA."""
    text_model: str | None = None
    """The one asked without a picture, if that is another."""
    concurrency: int = 16
    """Most calls under way at a time."""
    attempts: int = 6
    """Most calls for one answer; broken connections, rate limits and faults of the server are tried again."""
    timeout: float = 120.0
    """Seconds for one call."""


def ask_server(
    server: Server, samples: Sequence[Sample], ledger: Ledger, *, most_tokens: int, title: str, progress: Progress
) -> dict[str, Said]:
    """Ask a served model by greedy decoding and return what it said by question; what the ledger has is not asked.

    Args:
        server: Where; the key is taken from `OPENAI_API_KEY`, a server that wants none gets a placeholder.
        samples: The questions, ids distinct.
        ledger: Where the answers go as they come.
        most_tokens: Longest answer.
        title: Name of the stage.
        progress: Is told of the stage.

    Raises:
        PrerequisiteError: If the server can't be reached, refuses the key or does not know the model.
        BenchError: If some questions got no answer after all attempts; the others are kept.
    """
    said = ledger.read()
    progress.stage(title, len(samples))
    progress.advance(len(said))
    waiting = iter([sample for sample in samples if sample.question.id not in said])
    failed: list[str] = []

    async def work(client: openai.AsyncOpenAI) -> None:
        for sample in waiting:
            shown = _shown(sample)
            try:
                text = await _ask(client, server, shown, most_tokens)
            except openai.APIStatusError as error:
                if error.status_code in _HOPELESS:
                    raise PrerequisiteError(
                        f"{server.url} answers with status {error.status_code}; check the key in {KEY_VARIABLE} and "
                        f"the served model {server.model!r}."
                    ) from None
                failed.append(f"status {error.status_code}")
                continue
            except openai.APIConnectionError as error:
                if not said:
                    raise PrerequisiteError(
                        f"can't reach {server.url}; start the server or mend the address."
                    ) from None
                failed.append("no reply in time" if isinstance(error, openai.APITimeoutError) else "broken connection")
                continue
            except (openai.APIError, ValueError, LookupError, TypeError, AttributeError):
                failed.append("not the reply of a chat endpoint")
                continue
            entry = Said(question_id=sample.question.id, answer=text, probability=None)
            ledger.append([entry])
            said[entry.question_id] = entry
            progress.advance()

    async def ask_all() -> None:
        async with (
            openai.AsyncOpenAI(
                base_url=server.url,
                api_key=os.environ.get(KEY_VARIABLE) or "none",
                timeout=server.timeout,
                max_retries=server.attempts - 1,
            ) as client,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(server.concurrency):
                group.create_task(work(client))

    try:
        asyncio.run(ask_all())
    except* Exception as errors:
        raise errors.exceptions[0] from None
    if failed:
        raise BenchError(
            f"{len(failed)} of {len(samples)} questions got no answer ({max(set(failed), key=failed.count)}); "
            "the same command asks for these again."
        )
    return {sample.question.id: said[sample.question.id] for sample in samples}


def _shown(sample: Sample) -> list[dict[str, Any]]:
    """Return what one message holds: the picture first, if there is one, and the question."""
    content: list[dict[str, Any]] = [{"type": "text", "text": sample.question.text}]
    picture = sample.picture
    if picture is not None:
        url = f"data:image/png;base64,{base64.b64encode(png(picture)).decode()}"
        content.insert(0, {"type": "image_url", "image_url": {"url": url}})
    return content


async def _ask(client: openai.AsyncOpenAI, server: Server, content: list[dict[str, Any]], most_tokens: int) -> str:
    model = server.model if len(content) > 1 else server.text_model or server.model
    messages: Any = [{"role": "user", "content": content}]
    completion = await client.chat.completions.create(
        model=model, messages=messages, temperature=0, max_tokens=most_tokens
    )
    return (completion.choices[0].message.content or "").strip()
