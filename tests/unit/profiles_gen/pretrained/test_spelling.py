"""The projector's first lesson."""

from pathlib import Path

import pytest
import torch

from helpers.small_decoder import make_small_decoder
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench_profiles.embedded.pool import Pool, make_pool
from smfa_bench_profiles.pretrained import spelling
from smfa_bench_profiles.pretrained.assembly import assemble
from smfa_bench_profiles.pretrained.decoder import read_decoder
from smfa_bench_profiles.pretrained.spelling import phrases, spell


@pytest.fixture(scope="module")
def pool() -> Pool:
    """One scene of each kind."""
    return make_pool(people=1, eyes=1, still_lifes=1, seed=0, progress=Silent())


def test_a_scene_is_spelt_by_what_its_description_names(pool: Pool) -> None:
    described = [
        question.answer.lower()
        for scene in pool.scenes
        for question in scene.questions
        if "description" in question.topic
    ]
    for scene, text in zip(pool.scenes, described, strict=True):
        assert "; ".join(phrases(scene)) + "." == text


def test_a_patch_says_the_mean_word_embedding_of_its_phrase_and_phrases_keep_their_order(
    pool: Pool, own_vlm: VisionLanguageModel, tmp_path: Path
) -> None:
    model, processor = assemble(read_decoder(make_small_decoder(tmp_path)), own_vlm)
    words = model.get_input_embeddings().weight.detach()
    said = phrases(pool.scenes[0])
    first, last = (
        words[processor.tokenizer(f" {phrase}", add_special_tokens=False)["input_ids"]].mean(0)
        for phrase in (said[0], said[-1])
    )
    wanted = spelling._spelt(words, processor, pool.scenes[0], 16)
    assert wanted.shape == (16, words.shape[1])
    assert torch.equal(wanted[0], first)
    assert torch.equal(wanted[-1], last)
    (only,) = spelling._spelt(words, processor, pool.scenes[0], 1)
    assert torch.equal(only, first)


def test_the_projector_learns_to_spell_and_nothing_else_moves(
    pool: Pool, own_vlm: VisionLanguageModel, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    model, processor = assemble(read_decoder(make_small_decoder(tmp_path)), own_vlm)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    model.requires_grad_(False)
    model.model.multi_modal_projector.requires_grad_(True)
    losses = spell(model, processor, pool, steps=300, seed=0, progress=Silent())
    assert losses[-1] < 0.5 * losses[0]
    changed = {name for name, weight in model.state_dict().items() if not torch.equal(weight, before[name])}
    assert {name.split(".")[1] for name in changed} == {"multi_modal_projector"}
