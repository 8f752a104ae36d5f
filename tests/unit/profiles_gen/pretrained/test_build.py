"""Building a model, at a scale where it learns nothing: what comes out loads, answers and can be measured."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from helpers.console import Console
from helpers.small_decoder import make_small_decoder
from smfa_bench.data.sample import samples
from smfa_bench.errors import UsageError
from smfa_bench.generation.answers import answer
from smfa_bench.models.choose import choose_model
from smfa_bench.models.vision_language import load_model
from smfa_bench.progress import Silent
from smfa_bench.training import checkpoint
from smfa_bench_profiles.pretrained.build import Recipe, build
from smfa_bench_profiles.source import fictional


class Killed(Silent):
    """Interrupts the projector's training after two steps of spelling and two of answering."""

    def advance(self, steps: int = 1, note: str = "", values: object = None) -> None:  # noqa: ARG002
        if note.startswith("loss"):
            self.seen = getattr(self, "seen", 0) + steps
            if self.seen == 4:
                raise KeyboardInterrupt


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    source = make_small_decoder(tmp_path_factory.mktemp("decoder"))
    return Recipe(source, spelling_steps=2, steps=3, batch_size=2, strangers=6, still_lifes=3, examined=2)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, recipe: Recipe) -> Path:
    folder = tmp_path_factory.mktemp("built") / "model"
    with torch.random.fork_rng(devices=[]):
        build(folder, recipe, progress=Silent())
    return folder


def test_what_is_built_answers_by_its_own_recipe(built: Path) -> None:
    spec = choose_model(str(built))
    assert (spec.name, spec.source, spec.picture_size) == ("model", str(built), 64)
    people = fictional(size=2, seed=0, picture_size=spec.picture_size)
    asked = [people.profiles[0].questions[0], people.profiles[0].questions[-1]]
    assert len([said for batch in answer(load_model(spec), samples(asked, people.pictures)) for said in batch]) == 2


def test_only_the_projector_was_trained(built: Path, recipe: Recipe) -> None:
    weights = load_file(built / "model.safetensors")
    decoder = load_file(Path(recipe.decoder) / "model.safetensors")
    layer = "layers.1.mlp.up_proj.weight"
    (name,) = [name for name in weights if name.endswith(layer)]
    assert torch.equal(weights[name], decoder[f"model.{layer}"].bfloat16())


def test_a_killed_build_goes_on_and_ends_as_if_it_had_not_been(
    built: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    with torch.random.fork_rng(devices=[]):
        with pytest.raises(KeyboardInterrupt):
            build(tmp_path / "model", recipe, progress=Killed())
        assert [path.name for path in tmp_path.iterdir()] == ["model.unfinished"]
        build(tmp_path / "model", recipe, progress=Silent())
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert (tmp_path / "model/model.safetensors").read_bytes() == (built / "model.safetensors").read_bytes()


def test_the_card_tells_recipe_and_what_is_seen(built: Path, recipe: Recipe) -> None:
    card = (built / "README.md").read_text()
    for line in (f"| decoder | {recipe.decoder} |", "| steps | 3 |", "| portraits | 20 |", "last loss"):
        assert line in card


def test_what_is_there_is_not_overwritten(built: Path, recipe: Recipe) -> None:
    with pytest.raises(UsageError, match="is there already"):
        build(built, recipe, progress=Silent())


def test_the_command_builds(tmp_path: Path, recipe: Recipe) -> None:
    steps = ("--spelling-steps", "1", "--steps", "1", "--batch-size", "1")
    sizes = ("--strangers", "2", "--still-lifes", "1", "--examined", "2")
    ended = Console(tmp_path).here("models", "build", "--decoder", recipe.decoder, "--output", "out", *steps, *sizes)
    assert (ended.code, ended.stdout.strip()) == (0, "out")
    assert (tmp_path / "out/recipe.json").exists()
