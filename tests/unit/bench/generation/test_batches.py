"""Batches: read part by part, so that what is prepared for one part is gone before the next one is."""

import weakref
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch

from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.generation import batches, plan
from smfa_bench.generation.answers import answer
from smfa_bench.generation.batches import read_batches
from smfa_bench.generation.likelihoods import completions, likelihoods
from smfa_bench.models.encoding import Example, encode
from smfa_bench.models.vision_language import VisionLanguageModel


class Watched:
    """Encodes as usual, and knows how many pictures' tensors are alive."""

    def __init__(self) -> None:
        self.encoded: list[list[str]] = []
        """Ids of the questions of each part."""
        self._tensors: list[weakref.ref[torch.Tensor]] = []

    def __call__(self, vlm: VisionLanguageModel, samples: Sequence[Sample], leads: Sequence[str]) -> list[Example]:
        assert self.alive == 0
        self.encoded.append([sample.question.id for sample in samples])
        examples = encode(vlm, samples, leads)
        shown = {id(example.picture): example.picture for example in examples if example.picture}
        self._tensors += [weakref.ref(tensors["pixel_values"]) for tensors in shown.values()]
        return examples

    @property
    def alive(self) -> int:
        return sum(tensor() is not None for tensor in self._tensors)


@pytest.fixture
def asked(unlearn_data: UnlearnData) -> tuple[Sample, ...]:
    """Questions about portraits and eyes of three people, and without any picture."""
    return (*unlearn_data.forget, *unlearn_data.few_shot)


@pytest.fixture
def vlm(small_vlm: VisionLanguageModel) -> VisionLanguageModel:
    return replace(small_vlm, spec=small_vlm.spec.model_copy(update={"answer_batch_size": 4}))


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Parts of four questions at least, so of one picture or two."""
    monkeypatch.setattr(plan, "TOGETHER", 1)
    watching = Watched()
    monkeypatch.setattr(batches, "encode", watching)
    return watching


@pytest.mark.parametrize("share", [True, False])
@torch.no_grad()
def test_one_part_is_in_memory_at_a_time(
    vlm: VisionLanguageModel, asked: tuple[Sample, ...], watched: Watched, *, share: bool
) -> None:
    read: list[int] = []
    most = 0
    for batch in read_batches(vlm, asked, share=share):
        read += batch.places
        most = max(most, watched.alive)
        del batch  # or it would keep its part while the next one is made
    assert len(watched.encoded) > 4
    assert 0 < most <= 2
    assert sorted(read) == list(range(len(asked)))


@torch.no_grad()
def test_what_is_read_part_by_part_is_what_is_read_at_once(
    vlm: VisionLanguageModel, asked: tuple[Sample, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for size in (1, 1000):
        monkeypatch.setattr(plan, "TOGETHER", size)
        found = read_batches(vlm, asked)
        said.append({place: text for one in found for place, text in zip(one.places, one.say(), strict=True)})
    assert said[0] == said[1]


@torch.no_grad()
def test_a_part_that_is_done_is_not_even_encoded_but_for_the_first(
    vlm: VisionLanguageModel, asked: tuple[Sample, ...], watched: Watched
) -> None:
    first, second, *others = plan.parts(asked, 4)
    read = [place for batch in read_batches(vlm, asked, done=frozenset({*first, *second})) for place in batch.places]
    assert sorted(read) == sorted(place for part in others for place in part)
    assert watched.encoded == [[asked[place].question.id for place in part] for part in (first, *others)]


@torch.no_grad()
def test_a_model_that_can_not_share_is_tried_with_the_first_part_alone(
    own_vlm: VisionLanguageModel, asked: tuple[Sample, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "TOGETHER", 1)
    tried: list[Any] = []
    monkeypatch.setattr(batches, "rows_that_share", lambda *given: tried.append(given))
    own = replace(own_vlm, spec=own_vlm.spec.model_copy(update={"answer_batch_size": 4}))
    read = [place for batch in read_batches(own, asked) for place in batch.places]
    assert sorted(read) == list(range(len(asked)))
    assert len(tried) == 1


@torch.no_grad()
def test_a_later_part_that_can_not_share_has_no_say_in_those_behind_it(
    vlm: VisionLanguageModel, asked: tuple[Sample, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "TOGETHER", 1)
    first, second, *_ = plan.parts(asked, 4)
    find = batches._rounds

    def not_the_second(vlm: VisionLanguageModel, examples: Sequence[Example]) -> list[plan.Round] | None:
        return None if len(examples) == len(second) else find(vlm, examples)

    assert len(first) != len(second)
    monkeypatch.setattr(batches, "_rounds", not_the_second)
    done = frozenset({*first, *second})
    whole = [batch.places for batch in read_batches(vlm, asked) if not done.issuperset(batch.places)]
    assert [batch.places for batch in read_batches(vlm, asked, done=done)] == whole


@pytest.mark.parametrize("share", [True, False])
def test_who_asks_or_takes_likelihoods_keeps_no_picture_of_a_part_that_is_read(
    vlm: VisionLanguageModel, asked: tuple[Sample, ...], watched: Watched, *, share: bool
) -> None:
    assert sum(len(said) for said in answer(vlm, asked, share=share)) == len(asked)
    if share:
        assert len(list(likelihoods(vlm, asked))) == len(asked)
        assert len(list(completions(vlm, asked, ["It"] * len(asked)))) == len(asked)
    assert len(watched.encoded) > 4
