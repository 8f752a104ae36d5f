"""Likelihoods against logits read by hand, and the vanilla model within the trained one."""

import pytest
import torch

from helpers.answers_by_hand import answer_logits_by_hand, token_log_probabilities_by_hand
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.encoding import collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench_methods.likelihood import answer_lengths, answer_logits, sequence_log_probabilities, vanilla


def test_padding_does_not_change_the_log_probability_of_a_row(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    samples = unlearn_data.forget[:4]
    batch = collate(small_vlm, encode(small_vlm, samples), for_generation=False)
    by_hand = [token_log_probabilities_by_hand(small_vlm, sample) for sample in samples]
    assert sequence_log_probabilities(small_vlm.model, batch).tolist() == pytest.approx(
        [sum(tokens) for tokens in by_hand], rel=1e-4
    )
    assert answer_lengths(batch).tolist() == [len(tokens) for tokens in by_hand]


def test_answer_logits_are_those_before_each_answer_token_row_after_row(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    samples = unlearn_data.forget[:3]
    batch = collate(small_vlm, encode(small_vlm, samples), for_generation=False)
    logits, tokens = answer_logits(small_vlm.model, batch)
    by_hand = [answer_logits_by_hand(small_vlm, sample) for sample in samples]
    torch.testing.assert_close(logits, torch.cat([found for found, _ in by_hand]), rtol=1e-4, atol=1e-4)
    assert tokens.tolist() == [token for _, found in by_hand for token in found]


def test_within_the_block_alone_the_network_is_the_vanilla_model(
    small_vlm: VisionLanguageModel, changed_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    batch = collate(small_vlm, encode(small_vlm, unlearn_data.forget[:2]), for_generation=False)
    expected = sequence_log_probabilities(small_vlm.model, batch)
    changed = sequence_log_probabilities(changed_vlm.model, batch)
    assert (changed - expected).abs().min() > 0.1
    with vanilla(changed_vlm.model):
        inside = sequence_log_probabilities(changed_vlm.model, batch)
    assert torch.equal(inside, expected.detach())
    assert not inside.requires_grad
    assert torch.equal(sequence_log_probabilities(changed_vlm.model, batch), changed)


def test_what_is_trained_is_trainable_again_after_an_error_in_the_block(changed_vlm: VisionLanguageModel) -> None:
    before = {name for name, value in changed_vlm.model.named_parameters() if value.requires_grad}
    with pytest.raises(ValueError, match="stop"), vanilla(changed_vlm.model):
        raise ValueError("stop")
    assert {name for name, value in changed_vlm.model.named_parameters() if value.requires_grad} == before
    assert before
