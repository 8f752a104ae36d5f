"""The fact source `llm`: a language model at an OpenAI-compatible endpoint invents facts.

Replies are kept in the cache as they come in, under model, instructions, seed and person: the same command goes on
where one ended, and makes no call twice.
"""

import asyncio
import json
from collections.abc import Collection, Sequence
from functools import partial
from typing import Final, Self

from pydantic import Field, model_validator

from smfa_bench.cache import cache_folder
from smfa_bench.data.profile import Fact
from smfa_bench.endpoint.config import EndpointConfig
from smfa_bench.endpoint.crowd import ask_all
from smfa_bench.endpoint.endpoint import Prompt, check_key
from smfa_bench.endpoint.store import ReplyStore
from smfa_bench.errors import BenchError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.progress import Progress
from smfa_bench.storage import locked
from smfa_bench_profiles.drawing.measures import Presentation
from smfa_bench_profiles.makers.llm.prompt import INSTRUCTIONS, message, tokens, usual_reply
from smfa_bench_profiles.makers.llm.reply import FORM, Told, read_facts

MOST_PRICE: Final = 1e6
"""Of a million tokens, whatever the currency."""


class LlmFactsConfig(EndpointConfig):
    """Options of the fact source `llm`."""

    prompt_price: float | None = Field(
        default=None, ge=0, le=MOST_PRICE, description="Price of a million tokens of prompts, for the dry run."
    )
    reply_price: float | None = Field(
        default=None, ge=0, le=MOST_PRICE, description="Price of a million tokens of replies, for the dry run."
    )

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.prompt_price is None) != (self.reply_price is None):
            raise ValueError("prompt_price and reply_price go together; give both")
        return self

    def cost(self, *, prompts: int, replies: int) -> str:
        """Return a line about the price of so many tokens, in the currency that the prices are given in."""
        if self.prompt_price is None or self.reply_price is None:
            return "cost: give --facts-set prompt_price=… and --facts-set reply_price=…, each of a million tokens"
        total = (prompts * self.prompt_price + replies * self.reply_price) / 1e6
        shown = f"{total:,.2f}" if total >= 1 else f"{total:.2g}"
        return f"cost: about {shown} at {self.prompt_price:g} and {self.reply_price:g} for a million tokens"


class LlmFacts:
    """Asks for the facts of each person; a reply that will not do is sent back with its faults."""

    Config = LlmFactsConfig
    name: Final = "llm"

    def __init__(self, config: LlmFactsConfig) -> None:
        """Take the options; the key is looked for when facts are asked for."""
        self._config = config

    def write(
        self, people: Sequence[Presentation], *, seed: int, taken: Collection[str], progress: Progress
    ) -> Sequence[tuple[Fact, ...]]:
        """Return the facts of each person, several asked for at a time.

        Raises:
            PrerequisiteError: If there is no key, or the endpoint refuses it or does not know the model.
            BenchError: If there are none of somebody after all attempts or within the budget.
        """
        check_key("the fact source llm")
        store = self._store(seed)
        seen = set(taken)
        found: dict[str, Told] = {}
        asked = {self._key(number, who): message(number, who, seed=seed) for number, who in enumerate(people)}
        with locked(store.path.with_suffix(".lock")):
            for key, told in store.read().items():
                # What is kept may be of a smaller set, whose strangers had other names.
                again = read_facts(told.model_dump_json(), seen) if key in asked else None
                if isinstance(again, Told):
                    found[key] = again
            progress.stage(f"facts by {self._config.model}", len(asked))
            progress.advance(len(found))

            def take(key: str, told: Told) -> None:
                store.append(key, told)
                found[key] = told

            read = partial(read_facts, taken=seen)
            left = {key: Prompt(INSTRUCTIONS, text, read) for key, text in asked.items() if key not in found}
            missing = asyncio.run(ask_all(self._config, FORM, left, take=take, progress=progress)) if left else {}
        if missing:
            reasons = [*missing.values()]
            raise BenchError(
                f"no facts of {len(missing)} of {len(people)} people ({max(set(reasons), key=reasons.count)}); "
                "the same command asks for these alone."
            )
        return [found[key].facts for key in asked]

    def plan(self, people: Sequence[Presentation], *, seed: int) -> str:
        """Return every prompt, and what they will cost if each first reply will do; nobody is asked."""
        kept = self._store(seed).read()
        messages = {self._key(number, who): message(number, who, seed=seed) for number, who in enumerate(people)}
        left = [text for key, text in messages.items() if key not in kept]
        each = tokens(INSTRUCTIONS) + tokens(json.dumps(FORM.schema))
        prompts = sum(each + tokens(text) for text in left)
        replies = len(left) * tokens(usual_reply())
        return "\n".join(
            (
                f"instructions, sent with each:\n\n{INSTRUCTIONS}",
                *messages.values(),
                "",
                f"calls: {len(left)} ({len(messages) - len(left)} replies are kept), "
                f"at most {len(left) * self._config.attempts} if replies will not do",
                f"tokens: about {prompts + replies:,} ({prompts:,} of prompts, {replies:,} of replies), "
                "at four letters a token, the form of a reply included",
                self._config.cost(prompts=prompts, replies=replies),
            )
        )

    def _store(self, seed: int) -> ReplyStore[Told]:
        name = fingerprint({"model": self._config.model, "instructions": INSTRUCTIONS, "seed": seed})
        return ReplyStore(cache_folder() / "facts" / f"{name}.jsonl", Told)

    def _key(self, number: int, who: Presentation) -> str:
        return f"{number}/{who}"
