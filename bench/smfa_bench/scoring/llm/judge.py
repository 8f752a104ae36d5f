"""The judge `openai`: a large model at an OpenAI-compatible endpoint reads the answers.

One call gives both scores of one answer. Verdicts are kept in the cache under template, model, question, true answer
and answer. What could not be judged is missing, with a reason, and is asked for again at the next start.
"""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from smfa_bench.cache import cache_folder
from smfa_bench.data.question import Question
from smfa_bench.endpoint.crowd import ask_all
from smfa_bench.endpoint.endpoint import Prompt, check_key
from smfa_bench.endpoint.store import ReplyStore
from smfa_bench.fingerprint import fingerprint
from smfa_bench.progress import Progress, Silent
from smfa_bench.scoring.llm.config import LlmJudgeConfig
from smfa_bench.scoring.llm.prompt import read_prompt
from smfa_bench.scoring.llm.reply import FORM, Reply, read_reply
from smfa_bench.scoring.scorer import Score
from smfa_bench.storage import locked

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
        check_key("the judge")
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
        store = ReplyStore(self._store_path(), Reply)
        with locked(store.path.with_suffix(".lock")):
            kept = store.read()
            self._found |= {key: kept[key] for key in wanted if key in kept}
            left = {key: pair for key, pair in wanted.items() if key not in kept}
            progress.stage(f"judging by {self._config.model}", len(wanted))
            progress.advance(len(wanted) - len(left))

            def take(key: str, reply: Reply) -> None:
                store.append(key, reply)
                self._found[key] = reply

            prompts = {
                key: Prompt(self._prompt.instructions, self._prompt.filled(question, answer), read_reply)
                for key, (question, answer) in left.items()
            }
            if left:
                self._found |= asyncio.run(ask_all(self._config, FORM, prompts, take=take, progress=progress))
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


def verdict_key(question: Question, answer: str) -> str:
    """Return the key of a verdict: what is asked, what is true and what was answered."""
    return fingerprint({"question": question.text, "truth": question.answer, "answer": answer})
