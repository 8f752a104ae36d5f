"""Answers: batches change nothing, and the probability of the truth is what a hand would compute."""

from dataclasses import replace
from typing import Any, cast

import pytest
import torch
from torch import nn

from helpers.steady_method import steady_adapter
from smfa_bench.adapter.adapter import Modality, attached
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.errors import BenchError
from smfa_bench.generation.answers import Answered, answer
from smfa_bench.models.vision_language import VisionLanguageModel


def in_batches_of(vlm: VisionLanguageModel, size: int) -> VisionLanguageModel:
    return replace(vlm, spec=vlm.spec.model_copy(update={"answer_batch_size": size}))


def by_place(batches: list[list[Answered]]) -> dict[int, Answered]:
    return {found.place: found for batch in batches for found in batch}


@pytest.fixture(scope="session")
def asked(unlearn_data: UnlearnData) -> tuple[Sample, ...]:
    """Questions with and without picture, of many lengths."""
    return unlearn_data.forget[::2]


def test_answers_in_batches_are_those_of_plain_generate_one_at_a_time(
    taught_vlm: VisionLanguageModel, asked: tuple[Sample, ...]
) -> None:
    found = by_place(list(answer(in_batches_of(taught_vlm, 4), asked)))
    assert len(found) == len(asked)
    for place, sample in enumerate(asked):
        images = {} if sample.picture is None else {"images": [sample.picture]}
        prompt = f"<user>{'<image>' if images else ''}{sample.question.text}<assistant>"
        inputs = taught_vlm.processor(text=[prompt], return_tensors="pt", **images)
        output = cast(Any, taught_vlm.model).generate(
            **inputs, do_sample=False, max_new_tokens=taught_vlm.spec.max_new_tokens
        )
        new = output[0, inputs["input_ids"].shape[1] :]
        assert found[place].text == taught_vlm.processor.tokenizer.decode(new, skip_special_tokens=True).strip()
    # The model must not say the same to all, or nothing was shown.
    assert len({reply.text for reply in found.values()}) > 2


def test_answers_are_the_same_when_each_question_is_read_whole(
    taught_vlm: VisionLanguageModel, asked: tuple[Sample, ...]
) -> None:
    vlm = in_batches_of(taught_vlm, 4)
    shared, whole = (by_place(list(answer(vlm, asked, share=share))) for share in (True, False))
    for place in range(len(asked)):
        assert shared[place].text == whole[place].text
        assert shared[place].probability == pytest.approx(whole[place].probability, rel=1e-4)


def test_a_picture_goes_through_the_tower_once(
    taught_vlm: VisionLanguageModel, asked: tuple[Sample, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    vlm = in_batches_of(taught_vlm, 4)
    list(answer(vlm, asked))  # a model is tried once, with a picture of its own
    pictures = 0
    tower = vlm.vision_tower()
    look = tower.forward

    def counted(pixel_values: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        nonlocal pictures
        pictures += len(pixel_values)
        return look(pixel_values, *args, **kwargs)

    monkeypatch.setattr(tower, "forward", counted)
    list(answer(vlm, asked))
    assert pictures == len({sample.question.picture for sample in asked if sample.picture}) < len(asked) / 4


def test_what_a_model_says_by_heart_is_not_decoded_token_by_token(
    taught_vlm: VisionLanguageModel, asked: tuple[Sample, ...]
) -> None:
    told = [sample for sample in asked if not sample.pictured]
    first = by_place(list(answer(taught_vlm, told)))
    known = [replace(sample, answer=first[place].text) for place, sample in enumerate(told)]
    widths: list[torch.Size] = []
    head = cast(nn.Module, taught_vlm.model.get_output_embeddings())
    hook = head.register_forward_hook(lambda _, __, logits: widths.append(logits.shape))
    try:
        again = by_place(list(answer(taught_vlm, known)))
    finally:
        hook.remove()
    assert {place: found.text for place, found in again.items()} == {
        place: found.text for place, found in first.items()
    }
    ended = [len(taught_vlm.processor.tokenizer(found.text)["input_ids"]) < 11 for found in first.values()]
    assert sum(shape[0] for shape in widths if shape[1] == 1) <= 1 + ended.count(False)


@torch.no_grad()
def test_the_probability_of_the_truth_is_its_geometric_mean_over_tokens(
    taught_vlm: VisionLanguageModel, asked: tuple[Sample, ...]
) -> None:
    found = by_place(list(answer(taught_vlm, asked)))
    place, sample = next((place, sample) for place, sample in enumerate(asked) if not sample.pictured)
    tokenizer = taught_vlm.processor.tokenizer
    prompt = tokenizer(f"<user>{sample.question.text}<assistant>", return_tensors="pt")["input_ids"]
    truth = tokenizer(f"{sample.answer}<end>", return_tensors="pt")["input_ids"]
    product, tokens = 1.0, torch.cat([prompt, truth], dim=1)
    for position in range(prompt.shape[1], tokens.shape[1]):
        logits = taught_vlm.model(input_ids=tokens[:, :position]).logits[0, -1].double()
        product *= logits.softmax(0)[tokens[0, position]].item()
    assert found[place].probability == pytest.approx(product ** (1 / truth.shape[1]), rel=1e-3)


def test_a_taught_answer_is_more_probable_than_before(
    taught_vlm: VisionLanguageModel, small_vlm: VisionLanguageModel, asked: tuple[Sample, ...]
) -> None:
    after, before = (by_place(list(answer(vlm, asked))) for vlm in (taught_vlm, small_vlm))
    assert all(0 <= before[place].probability < after[place].probability <= 1 for place in before)


def test_a_batch_is_skipped_only_when_all_of_it_is_done(
    small_vlm: VisionLanguageModel, asked: tuple[Sample, ...]
) -> None:
    vlm = in_batches_of(small_vlm, 2)
    first, *others = [[found.place for found in batch] for batch in answer(vlm, asked)]
    done = frozenset([*first, *(batch[0] for batch in others if len(batch) > 1)])
    assert len(done) > len(first)
    assert [[found.place for found in batch] for batch in answer(vlm, asked, done=done)] == others


def test_a_model_whose_output_is_no_number_is_told(small_vlm: VisionLanguageModel, asked: tuple[Sample, ...]) -> None:
    with (
        attached(small_vlm, steady_adapter(small_vlm, 1e30), Modality.TEXT),
        pytest.raises(BenchError, match="not a number any more; lower the method's learning rate"),
    ):
        list(answer(small_vlm, asked[:1]))
