"""The judge `openai`: a large model at an OpenAI-compatible endpoint reads the answers.

One call gives both scores of one answer, or of several; `verdicts.py` keeps them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from smfa_bench.data.question import Question
from smfa_bench.endpoint.crowd import ask_all
from smfa_bench.endpoint.endpoint import Prompt, check_key
from smfa_bench.progress import Progress
from smfa_bench.scoring.llm.config import LlmJudgeConfig
from smfa_bench.scoring.llm.prompt import read_prompt
from smfa_bench.scoring.llm.reply import FORM, FORM_OF_SEVERAL, Reply, read_replies, read_reply
from smfa_bench.scoring.llm.verdicts import Asked, Keep, Verdicts
from smfa_bench.scoring.scorer import Score


class LlmJudge:
    """Judges by asking a model; the network is used by `prepare`, or by the first question about an answer."""

    Config = LlmJudgeConfig

    def __init__(self, config: LlmJudgeConfig) -> None:
        """Read the template and the key.

        Raises:
            UsageError: If the template is none.
            PrerequisiteError: If there is no key.
        """
        check_key("the judge")
        self._config = config
        self._prompt = read_prompt(config.template)
        several = f" by-{config.per_call}" if config.per_call > 1 else ""
        ask = self._ask_several if several else self._ask
        self._verdicts = Verdicts(f"{config.model}{several}", self._prompt, config.most_missing, ask)
        self.name: Final = f"openai {config.model} prompt-{self._prompt.digest}{several}"
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
        prompts = {
            key: Prompt(self._prompt.instructions, self._prompt.filled(question, answer), read_reply)
            for key, (question, answer) in left.items()
        }
        missing = asyncio.run(ask_all(self._config, FORM, prompts, take=keep, progress=progress))
        for key, reason in missing.items():
            keep(key, reason)

    def _ask_several(self, left: Mapping[str, Asked], keep: Keep, progress: Progress) -> None:
        keys, size = list(left), self._config.per_call
        calls = {keys[start]: keys[start : start + size] for start in range(0, len(keys), size)}
        prompts = {
            first: Prompt(
                self._prompt.instructions_for(len(batch)),
                self._prompt.filled_with([left[key] for key in batch]),
                partial(read_replies, count=len(batch)),
                len(batch),
            )
            for first, batch in calls.items()
        }

        def take(first: str, replies: tuple[Reply, ...]) -> None:
            for key, reply in zip(calls[first], replies, strict=True):
                keep(key, Reply(reason=reply.reason, fact=reply.fact, meaningful=reply.meaningful))

        missing = asyncio.run(ask_all(self._config, FORM_OF_SEVERAL, prompts, take=take, progress=progress))
        for first, reason in missing.items():
            for key in calls[first]:
                keep(key, reason)
