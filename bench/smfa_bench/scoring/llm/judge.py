"""The judge `openai`: a large model at an OpenAI-compatible endpoint reads the answers.

One call gives both scores of one answer; `verdicts.py` keeps them.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import Final

import openai

from smfa_bench.data.question import Question
from smfa_bench.errors import PrerequisiteError
from smfa_bench.progress import Progress
from smfa_bench.scoring.llm.config import LlmJudgeConfig
from smfa_bench.scoring.llm.endpoint import Endpoint, MissingError
from smfa_bench.scoring.llm.prompt import read_prompt
from smfa_bench.scoring.llm.verdicts import Asked, Keep, Verdicts
from smfa_bench.scoring.scorer import Score

KEY_VARIABLE: Final = "OPENAI_API_KEY"


class LlmJudge:
    """Judges by asking a model; the network is used by `prepare`, or by the first question about an answer."""

    Config = LlmJudgeConfig

    def __init__(self, config: LlmJudgeConfig) -> None:
        """Read the template and the key.

        Raises:
            UsageError: If the template is none.
            PrerequisiteError: If there is no key.
        """
        if not os.environ.get(KEY_VARIABLE):
            raise PrerequisiteError(
                f"the judge needs a key in the environment variable {KEY_VARIABLE}; "
                "for a server that takes none, any text will do."
            )
        self._config = config
        self._prompt = read_prompt(config.template)
        self._verdicts = Verdicts(config.model, self._prompt, config.most_missing, self._ask)
        self.name: Final = f"openai {config.model} prompt-{self._prompt.digest}"
        self.most_missing: Final = config.most_missing

    def fact(self, question: Question, answer: str) -> Score:
        """Score how much of the truth the answer holds, in [0, 10]."""
        return self._verdicts.fact(question, answer)

    def meaningful(self, question: Question, answer: str) -> Score:
        """Score whether the answer is a meaningful text, right or wrong, in [0, 10]."""
        return self._verdicts.meaningful(question, answer)

    def prepare(self, asked: Sequence[Asked], *, progress: Progress) -> None:
        """Get the verdicts on many answers, several at a time.

        Raises:
            PrerequisiteError: If the endpoint refuses the key or does not know the model.
            BenchError: If the verdicts can't be written.
        """
        self._verdicts.prepare(asked, progress=progress)

    def _ask(self, left: Mapping[str, Asked], keep: Keep, progress: Progress) -> None:
        asyncio.run(self._ask_all(left, keep, progress))

    async def _ask_all(self, left: Mapping[str, Asked], keep: Keep, progress: Progress) -> None:
        config = self._config
        waiting = iter(left.items())
        told: set[str] = set()
        async with openai.AsyncOpenAI(base_url=config.base_url, timeout=config.timeout, max_retries=0) as client:
            endpoint = Endpoint(config, client)

            async def work() -> None:
                for key, (question, answer) in waiting:
                    message = self._prompt.filled(question, answer)
                    try:
                        keep(key, await endpoint.ask(key, self._prompt.instructions, message))
                    except MissingError as error:
                        keep(key, str(error))
                    told.add(key)
                    progress.advance(note=f"{endpoint.calls} calls, {endpoint.tokens} tokens")

            workers = [asyncio.create_task(work()) for _ in range(min(config.concurrency, len(left)))]
            try:
                async with asyncio.timeout(config.total_timeout):
                    await asyncio.gather(*workers)
            except TimeoutError:
                for key in left.keys() - told:
                    keep(key, f"not judged within the {config.total_timeout:g} s of the whole")
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
