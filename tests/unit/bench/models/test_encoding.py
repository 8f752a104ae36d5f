"""From samples to tensors: only the answer carries loss, and padding changes nothing."""

import copy
from dataclasses import replace

import pytest
import torch

from smfa_bench.data.question import Task
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.errors import UsageError
from smfa_bench.models.encoding import IGNORED, collate, encode, encode_wordings
from smfa_bench.models.vision_language import VisionLanguageModel


@pytest.fixture(scope="session")
def pictured(unlearn_data: UnlearnData) -> Sample:
    return next(sample for sample in unlearn_data.forget if sample.pictured)


@pytest.fixture(scope="session")
def text_only(unlearn_data: UnlearnData) -> Sample:
    return next(sample for sample in unlearn_data.forget if not sample.pictured)


@pytest.mark.parametrize("with_picture", [True, False])
def test_only_the_tokens_of_the_answer_and_its_end_carry_loss(
    small_vlm: VisionLanguageModel, pictured: Sample, text_only: Sample, *, with_picture: bool
) -> None:
    sample = pictured if with_picture else text_only
    tokenizer = small_vlm.processor.tokenizer

    def ids(text: str) -> list[int]:
        found: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
        return found

    # 64 × 64 pixels in patches of 16 × 16.
    picture = "<image>" * 16 if with_picture else ""
    prompt, answer = ids(f"<user>{picture}{sample.question.text}<assistant>"), ids(f"{sample.answer}<end>")
    batch = collate(small_vlm, encode(small_vlm, [sample]), for_generation=False)
    assert batch["input_ids"].tolist() == [prompt + answer]
    assert batch["labels"].tolist() == [[IGNORED] * len(prompt) + answer]
    assert batch["attention_mask"].tolist() == [[1] * len(prompt + answer)]
    assert ("pixel_values" in batch) == with_picture
    assert answer[-1] == tokenizer.eos_token_id


def test_for_generation_there_is_the_prompt_alone(
    small_vlm: VisionLanguageModel, pictured: Sample, text_only: Sample
) -> None:
    examples = encode(small_vlm, [pictured, text_only])
    for example in examples:
        batch = collate(small_vlm, [example], for_generation=True)
        assert batch["input_ids"][0].tolist() == example.tokens["input_ids"][: example.prompt_length].tolist()
        assert batch["attention_mask"].sum() == example.prompt_length < len(example)
        assert "labels" not in batch


def test_training_pads_on_the_right_and_generation_on_the_left(
    small_vlm: VisionLanguageModel, pictured: Sample, text_only: Sample
) -> None:
    pad = small_vlm.processor.tokenizer.pad_token_id
    long, short = sorted(encode(small_vlm, [pictured, text_only]), key=len, reverse=True)
    gap = len(long) - len(short)
    assert gap > 0
    right = collate(small_vlm, [long, short], for_generation=False)
    assert right["input_ids"][1].tolist() == short.tokens["input_ids"].tolist() + [pad] * gap
    assert right["attention_mask"][1].tolist() == [1] * len(short) + [0] * gap
    assert right["labels"][1, -gap:].tolist() == [IGNORED] * gap
    long, short = sorted((long, short), key=lambda example: example.prompt_length, reverse=True)
    gap = long.prompt_length - short.prompt_length
    assert gap > 0
    left = collate(small_vlm, [long, short], for_generation=True)
    prompt = short.tokens["input_ids"][: short.prompt_length].tolist()
    assert left["input_ids"][1].tolist() == [pad] * gap + prompt
    assert left["attention_mask"][1].tolist() == [0] * gap + [1] * len(prompt)


def test_each_example_of_a_mixed_batch_is_read_as_if_it_were_alone(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    mixed = [
        *(sample for sample in unlearn_data.few_shot if sample.task is Task.TEXT_MEMORY),
        *(sample for sample in unlearn_data.few_shot if sample.task is Task.IMAGE_UNDERSTANDING),
    ][::9]
    assert {sample.question.subject for sample in mixed if sample.picture} == {"p0001", "p0002"}
    encoded = encode(small_vlm, mixed)
    batch = collate(small_vlm, encoded, for_generation=False)
    assert len(batch["pixel_values"]) == sum(sample.pictured for sample in mixed)
    with torch.no_grad():
        together = small_vlm.model(**batch).logits
        for row, example in enumerate(encoded):
            alone = small_vlm.model(**collate(small_vlm, [example], for_generation=False)).logits
            torch.testing.assert_close(together[row, : len(example)], alone[0], rtol=1e-4, atol=1e-4)


def test_the_questions_of_one_picture_share_its_tensors(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    pictured = [sample for sample in unlearn_data.few_shot if sample.pictured]
    first, second = encode(small_vlm, pictured[:2])
    other = encode(small_vlm, pictured[-1:])[0]
    assert first.picture["pixel_values"] is second.picture["pixel_values"]
    assert not torch.equal(first.picture["pixel_values"], other.picture["pixel_values"])


def test_a_sample_is_encoded_in_its_own_words_and_in_each_of_the_others(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    sample = replace(next(one for one in unlearn_data.few_shot if one.pictured), others=("Who?", "Where?"))
    other = unlearn_data.forget[0]
    wordings, alone = encode_wordings(small_vlm, [sample, other])
    told = [small_vlm.processor.tokenizer.decode(example.tokens["input_ids"]) for example in wordings]
    assert [text in one for text, one in zip((sample.question.text, "Who?", "Where?"), told, strict=True)] == [True] * 3
    assert all(one.removesuffix("<end>").endswith(sample.answer) for one in told)
    assert len({id(example.picture["pixel_values"]) for example in wordings}) == 1
    assert len(alone) == 1


def test_a_chat_template_that_moves_the_answer_is_refused(small_vlm: VisionLanguageModel, text_only: Sample) -> None:
    processor = copy.copy(small_vlm.processor)
    processor.chat_template = "{% if add_generation_prompt %}question{% else %}answer, question{% endif %}"
    with pytest.raises(UsageError, match="does not put the answer behind the prompt"):
        encode(replace(small_vlm, processor=processor), [text_only])
