"""Verdicts of a large model on answers: read from the cache, asked for where they are not there, kept as they come.

They are kept under template, model, question, true answer and answer. What could not be judged is missing, with a
reason, and is asked for again at the next start.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from smfa_bench.cache import cache_folder
from smfa_bench.data.question import Question
from smfa_bench.endpoint.store import ReplyStore
from smfa_bench.fingerprint import fingerprint
from smfa_bench.progress import Progress, Silent
from smfa_bench.scoring.llm.prompt import Prompt
from smfa_bench.scoring.llm.reply import Reply
from smfa_bench.scoring.scorer import Score
from smfa_bench.storage import locked

log = logging.getLogger(__name__)

Asked = tuple[Question, str]
"""A question with the answer to be judged."""
Keep = Callable[[str, Reply | str], None]
"""Takes the key of an answer, and the verdict on it or the reason why there is none."""
Ask = Callable[[Mapping[str, Asked], Keep, Progress], None]
"""Gets verdicts on answers by key, and tells each as it comes; advances the progress by one an answer."""


@dataclass
class Verdicts:
    """The verdicts of one model with one template."""

    model: str
    """Names the model, so that another one, or the same with other weights, has verdicts of its own."""
    prompt: Prompt
    most_missing: float
    """Share of the answers above which missing verdicts are warned of, in [0, 1]."""
    ask: Ask
    found: dict[str, Reply | str] = field(default_factory=dict)

    def fact(self, question: Question, answer: str) -> Score:
        """Return how much of the truth the answer holds, in [0, 10]."""
        found = self._verdict(question, answer)
        if isinstance(found, str):
            return Score(value=None, reason=found)
        return Score(value=found.fact, reason=found.reason)

    def meaningful(self, question: Question, answer: str) -> Score:
        """Return whether the answer is a meaningful text, in [0, 10]."""
        found = self._verdict(question, answer)
        return Score(value=None, reason=found) if isinstance(found, str) else Score(value=found.meaningful)

    def prepare(self, asked: Sequence[Asked], *, progress: Progress) -> None:
        """Get the verdicts on many answers; those that are kept are not asked for.

        Raises:
            PrerequisiteError: If the model can't be asked at all.
            BenchError: If the verdicts can't be written.
        """
        wanted = {verdict_key(question, answer): (question, answer) for question, answer in asked}
        name = fingerprint({"template": self.prompt.digest, "model": self.model})
        store = ReplyStore(cache_folder() / "verdicts" / f"{name}.jsonl", Reply)
        with locked(store.path.with_suffix(".lock")):
            kept = store.read()
            self.found |= {key: kept[key] for key in wanted if key in kept}
            left = {key: pair for key, pair in wanted.items() if key not in kept}
            progress.stage(f"judging by {self.model}", len(wanted))
            progress.advance(len(wanted) - len(left))

            def keep(key: str, found: Reply | str) -> None:
                if isinstance(found, Reply):
                    store.append(key, found)
                self.found[key] = found

            if left:
                self.ask(left, keep, progress)
        missing = [reason for key in wanted if isinstance(reason := self.found[key], str)]
        if len(missing) > self.most_missing * len(wanted):
            log.warning(
                "incomplete: %d of %d answers have no verdict (%s); `smfa-bench score` or `judge` asks for them again.",
                len(missing),
                len(wanted),
                max(set(missing), key=missing.count),
            )

    def _verdict(self, question: Question, answer: str) -> Reply | str:
        key = verdict_key(question, answer)
        if key not in self.found:
            self.prepare([(question, answer)], progress=Silent())
        return self.found[key]


def verdict_key(question: Question, answer: str) -> str:
    """Return the key of a verdict: what is asked, what is true and what was answered."""
    return fingerprint({"question": question.text, "truth": question.answer, "answer": answer})
