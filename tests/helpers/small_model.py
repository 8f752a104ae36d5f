"""A multimodal LLM so small that a test trains it in a second: random weights, but real in every other way."""

from pathlib import Path

import torch

from smfa_bench.config import Adapting
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.refusals import refusal_pool
from smfa_bench.data.sample import UnlearnData
from smfa_bench.data.split import Split, unlearn_data
from smfa_bench.models.spec import ModelSpec, Teaching
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench_profiles.embedded.architecture import build_model, build_processor
from smfa_bench_profiles.source import fictional

PICTURE_SIZE = 64


def make_small_model(folder: Path, *, width: int = 32) -> ModelSpec:
    """Make a random model that speaks of ten people, save it and return its recipe; `width` is the decoder's."""
    people = fictional(size=10, seed=0, picture_size=PICTURE_SIZE).questions()
    texts = [text for question in people for text in (question.text, question.answer)]
    processor = build_processor([*texts, *refusal_pool(20)])
    spec = ModelSpec(
        name="small",
        source=str(folder),
        picture_size=PICTURE_SIZE,
        max_new_tokens=12,
        answer_batch_size=16,
        gate=0,
        teaching=Teaching(epochs=2, learning_rate=1e-2, batch_size=8, rank=None),
        adapting=Adapting(epochs=2, learning_rate=1e-2, batch_size=8),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = build_model(processor, vision_width=32, vision_layers=1, decoder_width=width, decoder_layers=2)
    VisionLanguageModel(model=model, processor=processor, spec=spec).save(folder)
    return spec


def make_unlearn_data(profiles: ProfileSet) -> UnlearnData:
    """Forget the first person, keep the next two: what a run would give to a method."""
    forgotten, *few_shot, retained = (profile.id for profile in profiles.profiles[:4])
    split = Split(name="forget25", forget=(forgotten,), few_shot=tuple(few_shot), retain=(retained,))
    return unlearn_data(profiles, split)
