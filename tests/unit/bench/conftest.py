"""A model that knows one person, for tests whose answers must differ from question to question."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from smfa_bench.data.sample import UnlearnData
    from smfa_bench.models.spec import ModelSpec
    from smfa_bench.models.vision_language import VisionLanguageModel


@pytest.fixture(scope="session")
def taught_vlm(small_spec: "ModelSpec", unlearn_data: "UnlearnData") -> "VisionLanguageModel":
    """The small model after a few epochs on the forget set; shared, so nothing may change it for good."""
    from smfa_bench.models.vision_language import load_model
    from smfa_bench.progress import Silent
    from smfa_bench.training.teach import teach

    teaching = small_spec.teaching.model_copy(update={"epochs": 20})
    vlm = load_model(small_spec.model_copy(update={"teaching": teaching}))
    teach(vlm, unlearn_data.forget, [], title="teaching", seed=0, progress=Silent())
    return vlm
