"""Lessons: only answers carry loss, and a conversation is spelt as the benchmark would ask it."""

import copy
import random

import pytest
import torch
from PIL import Image

from helpers.small_decoder import make_small_decoder
from smfa_bench.data.sample import samples
from smfa_bench.errors import UsageError
from smfa_bench.models.encoding import IGNORED, collate, encode
from smfa_bench.models.spec import ModelSpec
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.progress import Silent
from smfa_bench_profiles.embedded.pool import Pool, make_pool
from smfa_bench_profiles.pretrained.assembly import assemble
from smfa_bench_profiles.pretrained.decoder import read_decoder
from smfa_bench_profiles.pretrained.lessons import draw_lessons, lesson_batch, spelt


@pytest.fixture(scope="module")
def vlm(tmp_path_factory: pytest.TempPathFactory, small_spec: ModelSpec) -> VisionLanguageModel:
    decoder = read_decoder(make_small_decoder(tmp_path_factory.mktemp("decoder")))
    model, processor = assemble(decoder, load_model(small_spec))
    return VisionLanguageModel(model=model, processor=processor, spec=small_spec)


@pytest.fixture(scope="module")
def pool() -> Pool:
    return make_pool(people=4, still_lifes=4, seed=0, progress=Silent())


def test_a_lesson_of_one_question_is_what_the_benchmark_would_train_on(vlm: VisionLanguageModel, pool: Pool) -> None:
    question = pool.scenes[0].questions[0]
    assert question.picture is not None
    shown = Image.fromarray(pool.pixels[0].permute(1, 2, 0).numpy())
    expected = collate(vlm, encode(vlm, samples([question], {question.picture: shown})), for_generation=False)
    batch = lesson_batch(vlm.processor, pool, [(0, [(question.text, question.answer)])])
    assert batch.keys() == expected.keys()
    for name in ("input_ids", "attention_mask", "labels"):
        assert torch.equal(batch[name], expected[name])
    torch.testing.assert_close(batch["pixel_values"], expected["pixel_values"])


def test_what_carries_loss_are_the_answers_in_their_order(vlm: VisionLanguageModel, pool: Pool) -> None:
    lessons = draw_lessons(pool, 5, rng=random.Random(3))
    batch = lesson_batch(vlm.processor, pool, lessons)
    for (_, turns), labels in zip(lessons, batch["labels"], strict=True):
        told = vlm.processor.tokenizer.decode(labels[labels != IGNORED])
        assert [part.strip() for part in told.split("<end>")[:-1]] == [answer for _, answer in turns]


def test_pictures_and_numbers_of_questions_vary(pool: Pool) -> None:
    lessons = draw_lessons(pool, 40, rng=random.Random(0))
    assert {place for place, _ in lessons} == set(range(len(pool)))
    assert {len(turns) for _, turns in lessons} == set(range(1, 7))


def test_a_template_that_rewrites_earlier_turns_is_refused(vlm: VisionLanguageModel) -> None:
    processor = copy.copy(vlm.processor)
    processor.chat_template = "{{ messages | length }}"
    with pytest.raises(UsageError, match="rewrites earlier turns"):
        spelt(processor, [("Where?", "Here.")])
