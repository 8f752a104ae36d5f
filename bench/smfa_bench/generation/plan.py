"""Which questions are answered together: those about a picture share what their prompts begin with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from smfa_bench.data.sample import Sample
from smfa_bench.models.encoding import Example
from smfa_bench.models.vision_language import VisionLanguageModel

TOGETHER: Final = 4
"""Batches that a part, and a round, have at least, as long as there are questions: enough to sort them by length."""


@dataclass(frozen=True)
class Group:
    """Questions whose prompts begin with the same picture and the same tokens."""

    opening: int
    """Tokens that they begin with, at least one; each prompt has more."""
    places: tuple[int, ...]


@dataclass(frozen=True)
class Round:
    """What is asked while the openings of some groups, all of one length, are in memory."""

    groups: tuple[Group, ...]
    batches: tuple[tuple[int, ...], ...]
    """Places of the questions of each batch."""


def parts(samples: Sequence[Sample], batch_size: int) -> list[tuple[int, ...]]:
    """Return the places of the questions that are encoded together: all about one picture are, and a few batches.

    Those with a picture come first. What is prepared of a part, the tensors of its pictures above all, is gone when the
    next one is read, so that memory does not grow with the number of questions.

    Args:
        samples: What is asked.
        batch_size: Questions of a batch.
    """
    about: dict[str, list[int]] = {}
    alone = [[place] for place, sample in enumerate(samples) if not sample.pictured]
    for place, sample in enumerate(samples):
        if sample.question.picture is not None:
            about.setdefault(sample.question.picture, []).append(place)
    found: list[list[int]] = []
    for places in (*about.values(), *alone):
        if not found or len(found[-1]) >= TOGETHER * batch_size:
            found.append([])
        found[-1] += places
    return [tuple(part) for part in found]


def batch_plan(lengths: Sequence[tuple[int, ...]], batch_size: int) -> list[tuple[int, ...]]:
    """Return the places of the examples of each batch, longest first: the same lengths give the same batches."""
    order = sorted(range(len(lengths)), key=lambda place: (tuple(-length for length in lengths[place]), place))
    return [tuple(order[start : start + batch_size]) for start in range(0, len(order), batch_size)]


def find_groups(vlm: VisionLanguageModel, examples: Sequence[Example]) -> list[Group] | None:
    """Return the groups of all examples, in the order of their first questions; None if a picture's end is not known.

    With a picture the opening ends with the picture's last token; without, it is all that the prompts have in common.
    """
    image = getattr(vlm.model.config, "image_token_id", None)
    together: dict[tuple[int, ...], list[int]] = {}
    common: list[int] | None = None
    for place, example in enumerate(examples):
        prompt = example.tokens["input_ids"][: example.prompt_length].tolist()
        if not example.picture:
            together.setdefault((), []).append(place)
            common = prompt[:-1] if common is None else common[: _agreeing(common, prompt[:-1])]
            continue
        if image not in prompt[:-1]:
            return None
        end = len(prompt) - prompt[::-1].index(image)
        together.setdefault((id(example.picture), *prompt[:end]), []).append(place)
    if common is not None and not common:
        return None
    return [Group(len(key) - 1 if key else len(common or ()), tuple(places)) for key, places in together.items()]


def make_rounds(examples: Sequence[Example], groups: Sequence[Group], rows: int) -> list[Round]:
    """Return the rounds, longest openings first: the same examples give the same batches.

    A round has questions enough to sort them by length, and no more openings than a batch has rows.

    Args:
        examples: What is asked.
        groups: Their groups.
        rows: Questions of a batch.
    """
    rounds: list[list[Group]] = []
    for group in sorted(groups, key=lambda group: (-group.opening, group.places)):
        last = rounds[-1] if rounds else []
        asked = sum(len(one.places) for one in last)
        if last and last[0].opening == group.opening and len(last) < rows and asked < TOGETHER * rows:
            last.append(group)
        else:
            rounds.append([group])
    return [_round(examples, gathered, rows) for gathered in rounds]


def _round(examples: Sequence[Example], groups: Sequence[Group], rows: int) -> Round:
    places = [place for group in groups for place in group.places]
    # Answers differ more in length than questions: batches of answers of like length have the least padding.
    lengths = [(len(one) - one.prompt_length, one.prompt_length) for one in (examples[place] for place in places)]
    batches = batch_plan(lengths, rows)
    return Round(tuple(groups), tuple(tuple(places[index] for index in batch) for batch in batches))


def _agreeing(one: Sequence[int], other: Sequence[int]) -> int:
    differing = (index for index, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1])
    return next(differing, min(len(one), len(other)))
