"""Making the embedded model, at a scale where it learns nothing: every stage runs and leaves an ordinary model."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from smfa_bench.data.question import Task
from smfa_bench.data.sample import samples
from smfa_bench.generation.answers import answer
from smfa_bench.models.vision_language import load_model
from smfa_bench.progress import Silent
from smfa_bench_profiles.embedded import spec
from smfa_bench_profiles.embedded.train import Recipe, make_embedded
from smfa_bench_profiles.source import fictional

FEW = Recipe(strangers=40, eyes=24, still_lifes=24, vision_steps=2, language_steps=2, held_out=4, examined=2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("embedded")
    with torch.random.fork_rng(devices=[]):
        make_embedded(folder, FEW, progress=Silent())
    return folder


def test_what_is_made_is_a_model_that_loads_and_answers(made: Path) -> None:
    vlm = load_model(spec(made))
    people = fictional(size=2, seed=0, picture_size=vlm.spec.picture_size)
    question = next(question for question in people.questions() if question.task is Task.IMAGE_MEMORY)
    ((said,),) = answer(vlm, samples([question], people.pictures))
    assert isinstance(said.text, str)
    assert 0 <= said.probability <= 1


def test_weights_are_safetensors_in_half_precision_and_fit_the_wheel(made: Path) -> None:
    assert not list(made.glob("*.bin"))
    assert sum(path.stat().st_size for path in made.iterdir()) < 12 * 2**20
    assert {tensor.dtype for tensor in load_file(made / "model.safetensors").values()} == {torch.float16}


def test_the_card_states_the_recipe_and_every_measured_topic(made: Path) -> None:
    card = (made / "README.md").read_text()
    for line in (
        "| strangers | 40 |",
        "| vision steps | 2 |",
        "| portraits | 20 |",
        "| fundus | 20 |",
        "| still lifes: shape |",
    ):
        assert line in card


def test_one_seed_makes_the_same_weights(made: Path, tmp_path: Path) -> None:
    with torch.random.fork_rng(devices=[]):
        make_embedded(tmp_path, FEW, progress=Silent())
    assert (tmp_path / "model.safetensors").read_bytes() == (made / "model.safetensors").read_bytes()
