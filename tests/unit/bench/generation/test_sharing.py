"""A model shares what prompts begin with only where its answers stay the same."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch

from helpers.families import make_family
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.generation import batches, sharing
from smfa_bench.generation.answers import answer
from smfa_bench.generation.opened import Opened, open_prompts
from smfa_bench.generation.plan import find_groups
from smfa_bench.generation.sharing import end_tokens, rows_that_share
from smfa_bench.models.encoding import Example, encode
from smfa_bench.models.vision_language import VisionLanguageModel


@pytest.fixture(scope="session")
def asked(unlearn_data: UnlearnData) -> tuple[Sample, ...]:
    """Questions with and without picture."""
    return unlearn_data.forget[::4]


@torch.no_grad()
def rows(vlm: VisionLanguageModel, asked: Sequence[Sample]) -> int | None:
    examples = encode(vlm, asked)
    groups = find_groups(vlm, examples)
    assert groups is not None
    return rows_that_share(vlm, examples, groups)


@pytest.fixture
def kept_settings(small_vlm: VisionLanguageModel) -> Iterator[VisionLanguageModel]:
    """The small model, whose settings of generation a test may change."""
    before = small_vlm.model.generation_config.to_dict()
    yield small_vlm
    small_vlm.model.generation_config.update(**before)


def test_a_batch_has_the_recipes_size(small_vlm: VisionLanguageModel, asked: tuple[Sample, ...]) -> None:
    assert rows(small_vlm, asked) == small_vlm.spec.answer_batch_size


def test_a_batch_is_smaller_where_memory_is_short(
    small_vlm: VisionLanguageModel, asked: tuple[Sample, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = list(answer(small_vlm, asked))
    found = {}
    for memory in (1, 2**23, 2**40):
        monkeypatch.setattr(sharing, "_memory", lambda _, memory=memory: memory)
        found[memory] = rows(small_vlm, asked)
    assert found[1] == 1
    assert 1 < (found[2**23] or 0) < (found[2**40] or 0) == small_vlm.spec.answer_batch_size
    monkeypatch.setattr(sharing, "_memory", lambda _: 1)
    texts = {said.place: said.text for batch in answer(small_vlm, asked) for said in batch}
    assert texts == {said.place: said.text for batch in expected for said in batch}


@pytest.mark.parametrize(
    "setting", [{"repetition_penalty": 1.05}, {"no_repeat_ngram_size": 2}, {"suppress_tokens": [7]}]
)
def test_a_model_whose_settings_change_greedy_decoding_reads_each_question_whole(
    kept_settings: VisionLanguageModel, asked: tuple[Sample, ...], setting: dict[str, float]
) -> None:
    kept_settings.model.generation_config.update(**setting)
    assert rows(kept_settings, asked) is None


def test_a_model_that_sees_a_window_shorter_than_the_prompts_reads_each_question_whole(
    asked: tuple[Sample, ...],
) -> None:
    vlm = make_family("gemma3")
    assert rows(vlm, asked) is not None
    text = vlm.model.config.get_text_config(decoder=True)
    text.layer_types = ["sliding_attention", "full_attention"]
    text.sliding_window = 16
    assert rows(vlm, asked) is None


def test_a_model_whose_logits_change_reads_each_question_whole(
    asked: tuple[Sample, ...], own_vlm: VisionLanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misplaced(vlm: VisionLanguageModel, examples: Sequence[Example], length: int) -> Opened:
        opened = open_prompts(vlm, examples, length)
        return replace(opened, next_positions=opened.next_positions + 3)

    monkeypatch.setattr(sharing, "open_prompts", misplaced)
    assert rows(own_vlm, asked) is None
    whole = list(answer(own_vlm, asked, share=False))
    monkeypatch.setattr(batches, "open_prompts", None)
    assert list(answer(own_vlm, asked)) == whole


def test_a_model_that_keeps_less_than_every_token_reads_each_question_whole(
    asked: tuple[Sample, ...], own_vlm: VisionLanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = own_vlm.model.forward

    def forgetful(**inputs: Any) -> Any:
        output = look(**inputs)
        if inputs.get("use_cache"):
            output.past_key_values.crop(-1)
        return output

    monkeypatch.setattr(own_vlm.model, "forward", forgetful)
    assert rows(own_vlm, asked) is None


def test_end_tokens_are_one_or_many_or_none(kept_settings: VisionLanguageModel) -> None:
    settings = kept_settings.model.generation_config
    found = []
    for value in (3, [3, 4], None):
        settings.eos_token_id = value
        found.append(end_tokens(kept_settings))
    assert found == [{3}, {3, 4}, set()]


def test_a_model_that_hands_no_arguments_down_to_its_attention_reads_each_question_whole(
    asked: tuple[Sample, ...], own_vlm: VisionLanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for block in own_vlm.model.get_decoder().layers:
        plain = block.self_attn.forward

        def alone(*given: Any, plain: Any = plain, openings: object = None, **named: Any) -> Any:
            del openings
            return plain(*given, **named)

        monkeypatch.setattr(block.self_attn, "forward", alone)
    assert rows(own_vlm, asked) is None
    assert len([one for batch in answer(own_vlm, asked) for one in batch]) == len(asked)


def test_a_model_that_takes_no_other_arguments_reads_each_question_whole(
    asked: tuple[Sample, ...], own_vlm: VisionLanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = own_vlm.model.forward

    def strict(**inputs: Any) -> Any:
        if "openings" in inputs:
            raise TypeError("unexpected keyword argument")
        return look(**inputs)

    monkeypatch.setattr(own_vlm.model, "forward", strict)
    assert rows(own_vlm, asked) is None


def test_a_model_with_attention_of_its_own_reads_each_question_whole(
    asked: tuple[Sample, ...], own_vlm: VisionLanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = own_vlm.model.get_decoder()
    monkeypatch.setattr(type(decoder), "_can_set_attn_implementation", lambda: False)
    assert rows(own_vlm, asked) is None
    assert decoder.config._attn_implementation == "sdpa"
