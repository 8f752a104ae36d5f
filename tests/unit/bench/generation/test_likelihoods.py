"""Likelihoods: the same as read off the logits one sample at a time, and completions that go on from given words."""

import numpy as np
import pytest

from helpers.answers_by_hand import answer_logits_by_hand, token_log_probabilities_by_hand
from smfa_bench.data.perturbing import lead
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Task
from smfa_bench.data.sample import Sample, samples
from smfa_bench.errors import BenchError
from smfa_bench.generation.answers import answer
from smfa_bench.generation.likelihoods import completions, likelihoods
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.scoring.erasure.likelihood import answer_probability
from smfa_bench.scoring.erasure.membership import moments


@pytest.fixture(params=[Task.IMAGE_MEMORY, Task.TEXT_MEMORY])
def asked(request: pytest.FixtureRequest, small_profiles: ProfileSet) -> tuple[Sample, ...]:
    questions = [question for question in small_profiles.profiles[0].questions if question.task is request.param]
    return samples(questions, small_profiles.pictures)


def test_scores_are_those_of_each_answer_by_itself(small_vlm: VisionLanguageModel, asked: tuple[Sample, ...]) -> None:
    found = dict(likelihoods(small_vlm, asked))
    assert sorted(found) == list(range(len(asked)))
    for place, sample in enumerate(asked):
        logs = token_log_probabilities_by_hand(small_vlm, sample)
        assert found[place].log_p == pytest.approx(logs, abs=1e-4)
        logits, _ = answer_logits_by_hand(small_vlm, sample)
        means, deviations = moments(logits.log_softmax(-1).numpy())
        np.testing.assert_allclose(found[place].means, means, atol=1e-4)
        np.testing.assert_allclose(found[place].deviations, deviations, atol=1e-4)


def test_the_probability_of_the_true_answer_is_that_of_the_answers(
    small_vlm: VisionLanguageModel, asked: tuple[Sample, ...]
) -> None:
    found = dict(likelihoods(small_vlm, asked))
    for batch in answer(small_vlm, asked):
        for one in batch:
            assert answer_probability(found[one.place].log_p) == pytest.approx(one.probability, abs=1e-4)


def test_a_completion_begins_with_the_given_words_and_no_words_are_an_answer(
    small_vlm: VisionLanguageModel, asked: tuple[Sample, ...]
) -> None:
    leads = [lead(sample.question) for sample in asked]
    said = dict(completions(small_vlm, asked, leads))
    assert all(said[place].startswith(words) for place, words in enumerate(leads))
    plain = {one.place: one.text for batch in answer(small_vlm, asked) for one in batch}
    assert dict(completions(small_vlm, asked, [""] * len(asked))) == plain


def test_a_lead_of_all_words_leaves_the_last_token_to_be_said(
    small_vlm: VisionLanguageModel, asked: tuple[Sample, ...]
) -> None:
    for place, text in completions(small_vlm, asked, [sample.answer for sample in asked]):
        assert text.startswith(asked[place].answer.rsplit(" ", 1)[0])


def test_a_model_whose_output_is_no_number_is_told(own_vlm: VisionLanguageModel, asked: tuple[Sample, ...]) -> None:
    next(iter(own_vlm.decoder_linears().values())).weight.data.fill_(float("nan"))
    with pytest.raises(BenchError, match="not a number any more"):
        list(likelihoods(own_vlm, asked))
