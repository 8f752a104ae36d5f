"""Questions read in batches; what prompts about a picture begin with, the picture itself above all, is read once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from torch import Tensor

from smfa_bench.generation.opened import open_prompts
from smfa_bench.generation.plain import generate, tell
from smfa_bench.generation.plan import Round, batch_plan, find_groups, make_rounds
from smfa_bench.generation.shared import decode, read
from smfa_bench.generation.sharing import end_tokens, rows_that_share
from smfa_bench.models.encoding import Example
from smfa_bench.models.products import quick_products
from smfa_bench.models.vision_language import VisionLanguageModel


@dataclass(frozen=True)
class Batch:
    """Questions that are read together, each with its true answer behind it."""

    places: tuple[int, ...]
    """Places of the B questions in the list."""
    tell: Callable[[], tuple[Tensor, Tensor]]
    """Returns logits [B, T, V] and what they should be, the labels [B, T]: -100 where there is no loss."""
    say: Callable[[], list[list[int]]]
    """Returns the tokens that greedy decoding says to each question, special ones and all; may be asked once."""


def read_batches(
    vlm: VisionLanguageModel, examples: Sequence[Example], *, done: frozenset[int] = frozenset(), share: bool = True
) -> Iterator[Batch]:
    """Yield all questions, longest first, a batch at a time.

    A model that can't share what prompts begin with reads each question whole.

    Args:
        vlm: Who reads.
        examples: The questions with their true answers.
        done: Places of questions that need not be read; a batch is skipped when all of its questions are done.
        share: False reads each question whole.
    """
    with quick_products(vlm.model):
        yield from _batches(vlm, examples, done, share=share)


def _batches(
    vlm: VisionLanguageModel, examples: Sequence[Example], done: frozenset[int], *, share: bool
) -> Iterator[Batch]:
    groups = find_groups(vlm, examples) if share else None
    rows = rows_that_share(vlm, examples, groups) if groups else None
    if groups and rows:
        yield from _sharing(vlm, examples, make_rounds(examples, groups, rows), done)
        return
    for places in batch_plan([(example.prompt_length,) for example in examples], vlm.spec.answer_batch_size):
        if not done.issuperset(places):
            batch = [examples[place] for place in places]
            yield Batch(places, partial(tell, vlm, batch), partial(generate, vlm, batch))


def _sharing(
    vlm: VisionLanguageModel, examples: Sequence[Example], rounds: Sequence[Round], done: frozenset[int]
) -> Iterator[Batch]:
    ends = end_tokens(vlm)
    for one in rounds:
        batches = [places for places in one.batches if not done.issuperset(places)]
        if not batches:
            continue
        # Read whole even if some are done: an interrupted run reads in the same batches as one that was not.
        opened = open_prompts(vlm, [examples[group.places[0]] for group in one.groups], one.groups[0].opening)
        row = {place: number for number, group in enumerate(one.groups) for place in group.places}
        for places in batches:
            reading = read(vlm, opened, [row[place] for place in places], [examples[place] for place in places])
            yield Batch(places, reading.told, partial(decode, vlm, reading, ends))
