"""The judge `openai`: a large model at an OpenAI-compatible endpoint reads the answers.

One call gives both scores of one answer. Verdicts are kept in the cache under template, model, question, true answer
and answer. What could not be judged is missing, with a reason, and is asked for again at the next start.
"""

import asyncio
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import openai

from smfa_bench.cache import cache_folder
from smfa_bench.data.question import Question
from smfa_bench.errors import PrerequisiteError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.progress import Progress, Silent
from smfa_bench.scoring.llm.config import LlmJudgeConfig
from smfa_bench.scoring.llm.endpoint import Endpoint, MissingError
from smfa_bench.scoring.llm.prompt import read_prompt
from smfa_bench.scoring.llm.reply import Reply
from smfa_bench.scoring.llm.store import VerdictStore, verdict_key
from smfa_bench.scoring.scorer import Score
from smfa_bench.storage import locked

KEY_VARIABLE: Final = "OPENAI_API_KEY"
log = logging.getLogger(__name__)


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
        self._found: dict[str, Reply | str] = {}
        self.name: Final = f"openai {config.model} prompt-{self._prompt.digest}"
        self.most_missing: Final = config.most_missing

    def fact(self, question: Question, answer: str) -> Score:
        """Score how much of the truth the answer holds, in [0, 10]."""
        found = self._verdict(question, answer)
        return (
            Score(value=None, reason=found) if isinstance(found, str) else Score(value=found.fact, reason=found.reason)
        )

    def meaningful(self, question: Question, answer: str) -> Score:
        """Score whether the answer is a meaningful text, right or wrong, in [0, 10]."""
        found = self._verdict(question, answer)
        return Score(value=None, reason=found) if isinstance(found, str) else Score(value=found.meaningful)

    def prepare(self, asked: Sequence[tuple[Question, str]], *, progress: Progress) -> None:
        """Get the verdicts on many answers, several at a time; those that are kept are not asked for.

        Raises:
            PrerequisiteError: If the endpoint refuses the key or does not know the model.
            BenchError: If the verdicts can't be written.
        """
        wanted = {verdict_key(question, answer): (question, answer) for question, answer in asked}
        store = VerdictStore(self._store_path())
        with locked(store.path.with_suffix(".lock")):
            kept = store.read()
            self._found |= {key: kept[key] for key in wanted if key in kept}
            left = {key: pair for key, pair in wanted.items() if key not in kept}
            progress.stage(f"judging by {self._config.model}", len(wanted))
            progress.advance(len(wanted) - len(left))
            if left:
                asyncio.run(self._ask(left, store, progress))
        missing = [reason for key in wanted if isinstance(reason := self._found[key], str)]
        if len(missing) > self._config.most_missing * len(wanted):
            log.warning(
                "incomplete: %d of %d answers have no verdict (%s); the same command asks for them again.",
                len(missing),
                len(wanted),
                max(set(missing), key=missing.count),
            )

    def _verdict(self, question: Question, answer: str) -> Reply | str:
        key = verdict_key(question, answer)
        if key not in self._found:
            self.prepare([(question, answer)], progress=Silent())
        return self._found[key]

    def _store_path(self) -> Path:
        name = fingerprint({"template": self._prompt.digest, "model": self._config.model})
        return cache_folder() / "verdicts" / f"{name}.jsonl"

    async def _ask(self, left: Mapping[str, tuple[Question, str]], store: VerdictStore, progress: Progress) -> None:
        config = self._config
        waiting = iter(left.items())
        async with openai.AsyncOpenAI(base_url=config.base_url, timeout=config.timeout, max_retries=0) as client:
            endpoint = Endpoint(config, client)

            async def work() -> None:
                for key, (question, answer) in waiting:
                    message = self._prompt.filled(question, answer)
                    try:
                        reply = await endpoint.ask(key, self._prompt.instructions, message)
                    except MissingError as error:
                        self._found[key] = str(error)
                    else:
                        store.append(key, reply)
                        self._found[key] = reply
                    progress.advance(note=f"{endpoint.calls} calls, {endpoint.tokens} tokens")

            workers = [asyncio.create_task(work()) for _ in range(min(config.concurrency, len(left)))]
            try:
                async with asyncio.timeout(config.total_timeout):
                    await asyncio.gather(*workers)
            except TimeoutError:
                reason = f"not judged within the {config.total_timeout:g} s of the whole"
                self._found |= {key: reason for key in left if key not in self._found}
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
