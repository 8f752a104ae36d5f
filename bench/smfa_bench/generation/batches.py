"""Questions read in batches; what prompts about a picture begin with, the picture itself above all, is read once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from torch import Tensor

from smfa_bench.data.sample import Sample
from smfa_bench.generation.opened import open_prompts
from smfa_bench.generation.plain import generate, tell
from smfa_bench.generation.plan import Round, batch_plan, find_groups, make_rounds, parts
from smfa_bench.generation.shared import decode, read
from smfa_bench.generation.sharing import end_tokens, rows_that_share
from smfa_bench.models.encoding import Example, encode
from smfa_bench.models.products import quick_products
from smfa_bench.models.vision_language import VisionLanguageModel


@dataclass(frozen=True)
class Batch:
    """Questions that are read together, each with its true answer behind it."""

    places: tuple[int, ...]
    """Places of the B questions in the list."""
    given: tuple[list[int], ...]
    """Tokens of each answer that the prompt gives away."""
    tell: Callable[[], tuple[Tensor, Tensor]]
    """Returns logits [B, T, V] and what they should be, the labels [B, T]: -100 where there is no loss."""
    say: Callable[[], list[list[int]]]
    """Returns the tokens that greedy decoding says to each question, special ones and all; may be asked once."""


def read_batches(
    vlm: VisionLanguageModel,
    samples: Sequence[Sample],
    *,
    leads: Sequence[str] = (),
    done: frozenset[int] = frozenset(),
    share: bool = True,
) -> Iterator[Batch]:
    """Yield all questions a batch at a time; those of a part are encoded, their pictures processed, when it is read.

    A model that can't share what prompts begin with, as its first part tells, reads each question whole.

    Args:
        vlm: Who reads.
        samples: The questions with their true answers.
        leads: First words of each answer that its prompt gives away, as for `encode`; nothing by default.
        done: Places of questions that need not be read; a batch is skipped when all of its questions are done.
        share: False reads each question whole.
    """
    with quick_products(vlm.model):
        for number, places in enumerate(parts(samples, vlm.spec.answer_batch_size)):
            # The first is encoded even if all of it is done: an interrupted run reads as one that was not.
            if number and done.issuperset(places):
                continue
            examples = encode(vlm, [samples[place] for place in places], [leads[place] for place in places if leads])
            plan = _rounds(vlm, examples) if share else None
            share = share and (number > 0 or plan is not None)
            chosen = _Part(vlm, places, examples, done)
            yield from chosen.whole() if plan is None else chosen.sharing(plan)
            del examples, chosen  # before the pictures of the next part are there


def _rounds(vlm: VisionLanguageModel, examples: Sequence[Example]) -> list[Round] | None:
    """Return what is read together; None if the model must read each question whole."""
    groups = find_groups(vlm, examples)
    rows = rows_that_share(vlm, examples, groups) if groups else None
    return make_rounds(examples, groups, rows) if groups and rows else None


@dataclass(frozen=True)
class _Part:
    """Questions that are encoded together."""

    vlm: VisionLanguageModel
    places: tuple[int, ...]
    """Of the questions in the list."""
    examples: list[Example]
    done: frozenset[int]
    """Places in the list that need not be read."""

    def whole(self) -> Iterator[Batch]:
        """Read each question whole, longest first."""
        lengths = [(example.prompt_length,) for example in self.examples]
        for numbers in self._to_do(batch_plan(lengths, self.vlm.spec.answer_batch_size)):
            chosen = [self.examples[number] for number in numbers]
            yield self._batch(numbers, partial(tell, self.vlm, chosen), partial(generate, self.vlm, chosen))

    def sharing(self, rounds: Iterable[Round]) -> Iterator[Batch]:
        """Read what prompts begin with once."""
        ends = end_tokens(self.vlm)
        for one in rounds:
            batches = self._to_do(one.batches)
            if not batches:
                continue
            # Read whole even if some are done, for the same reason.
            firsts = [self.examples[group.places[0]] for group in one.groups]
            opened = open_prompts(self.vlm, firsts, one.groups[0].opening)
            row = {number: index for index, group in enumerate(one.groups) for number in group.places}
            for numbers in batches:
                chosen = [self.examples[number] for number in numbers]
                reading = read(self.vlm, opened, [row[number] for number in numbers], chosen)
                yield self._batch(numbers, reading.told, partial(decode, self.vlm, reading, ends))

    def _to_do(self, batches: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
        return [numbers for numbers in batches if not self.done.issuperset(self.places[number] for number in numbers)]

    def _batch(
        self,
        numbers: tuple[int, ...],
        tell: Callable[[], tuple[Tensor, Tensor]],
        say: Callable[[], list[list[int]]],
    ) -> Batch:
        given = (
            example.tokens["input_ids"][example.prompt_length - example.given : example.prompt_length].tolist()
            for example in (self.examples[number] for number in numbers)
        )
        return Batch(tuple(self.places[number] for number in numbers), tuple(given), tell, say)
