"""What makes a run quick: few scenes beside the people, and a recipe that teaches three people in few steps."""

from dataclasses import replace

from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.models.spec import ModelSpec
from smfa_bench_profiles.embedded import spec
from smfa_bench_profiles.source import fictional

SCENES = 2


def few_scenes(*, size: int, seed: int, picture_size: int) -> ProfileSet:
    """Return the fictional people with two unseen portraits and two still lifes."""
    people = fictional(size=size, seed=seed, picture_size=picture_size)
    return replace(people, unseen=people.unseen[:SCENES], general=people.general[:SCENES])


def quick_recipe() -> ModelSpec:
    """Return the embedded model, taught more hastily and with a gate that it surely passes."""
    recipe = spec()
    hasty = recipe.teaching.model_copy(update={"min_steps": 64, "learning_rate": 1.5e-3, "rehearsal_share": 0.05})
    return recipe.model_copy(update={"name": "quick", "teaching": hasty, "gate": 7.0, "answer_batch_size": 8})
