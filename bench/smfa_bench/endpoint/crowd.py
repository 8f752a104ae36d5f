"""Many prompts at one endpoint, several at a time, within one time limit."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeVar

import openai

from smfa_bench.endpoint.config import EndpointConfig
from smfa_bench.endpoint.endpoint import Endpoint, Form, MissingError, Prompt
from smfa_bench.progress import Progress

Reply = TypeVar("Reply")


async def ask_all(
    config: EndpointConfig,
    form: Form,
    prompts: Mapping[str, Prompt[Reply]],
    *,
    take: Callable[[str, Reply], None],
    progress: Progress,
) -> dict[str, str]:
    """Ask every prompt, and return why there is no reply to some, by key.

    Args:
        config: How the endpoint is called.
        form: What every reply must be.
        prompts: What is asked, by key.
        take: Is told each reply with its key as it comes in.
        progress: Advances by the count of each prompt.

    Raises:
        PrerequisiteError: If the endpoint refuses the key or does not know the model.
    """
    waiting = iter(prompts.items())
    settled: set[str] = set()
    missing: dict[str, str] = {}
    async with openai.AsyncOpenAI(base_url=config.base_url, timeout=config.timeout, max_retries=0) as client:
        endpoint = Endpoint(config, client, form)

        async def work() -> None:
            for key, prompt in waiting:
                try:
                    take(key, await endpoint.ask(key, prompt))
                except MissingError as error:
                    missing[key] = str(error)
                settled.add(key)
                progress.advance(prompt.count, note=f"{endpoint.calls} calls, {endpoint.tokens} tokens")

        workers = [asyncio.create_task(work()) for _ in range(min(config.concurrency, len(prompts)))]
        try:
            async with asyncio.timeout(config.total_timeout):
                await asyncio.gather(*workers)
        except TimeoutError:
            reason = f"no reply within the {config.total_timeout:g} s of the whole"
            missing |= {key: reason for key in prompts if key not in settled}
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
    return missing
