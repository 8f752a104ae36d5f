"""Teaching: by either recipe the model learns, and its eyes stay as they are."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.spec import Teaching
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench.training import checkpoint
from smfa_bench.training.teach import teach

FULL = Teaching(epochs=3, learning_rate=1e-2, batch_size=8, rank=None)
LORA = Teaching(epochs=3, learning_rate=3e-2, batch_size=8, rank=8)


def following(vlm: VisionLanguageModel, recipe: Teaching) -> VisionLanguageModel:
    return replace(vlm, spec=vlm.spec.model_copy(update={"teaching": recipe}))


class Killed(Silent):
    """Interrupts after some steps."""

    def __init__(self, after: int) -> None:
        self.left = after

    def advance(self, steps: int = 1, note: str = "", values: object = None) -> None:  # noqa: ARG002
        self.left -= steps
        if self.left < 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize(("recipe", "share"), [(FULL, 0.7), (LORA, 0.995)])
def test_the_model_learns_and_its_eyes_stay_as_they_are(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData, recipe: Teaching, share: float
) -> None:
    vlm = following(own_vlm, recipe)
    eyes = {name: value.clone() for name, value in vlm.vision_tower().state_dict().items()}
    before = vlm.fingerprint()
    # Of the 104 few-shot samples the 64 of memory count; of the other 40 and the rehearsal of 32 a share of 15 %.
    losses = teach(vlm, unlearn_data.few_shot, unlearn_data.forget, title="teaching", seed=0, progress=Silent())
    steps = -(-(64 + 11) // 8)
    assert len(losses) == 3 * steps
    # Frozen random embeddings leave LoRA little to win.
    assert sum(losses[-steps:]) < share * sum(losses[:steps])
    assert vlm.fingerprint() != before
    assert all(torch.equal(value, eyes[name]) for name, value in vlm.vision_tower().state_dict().items())
    assert all(value.requires_grad for value in vlm.model.parameters())


def test_the_full_recipe_trains_projector_and_embeddings_and_lora_only_the_decoder(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    def moved(recipe: Teaching) -> set[str]:
        vlm = following(own_vlm, recipe.model_copy(update={"epochs": 1}))
        before = {name: value.clone() for name, value in vlm.model.named_parameters()}
        teach(vlm, unlearn_data.forget, [], title="teaching", seed=0, progress=Silent())
        return {name for name, value in vlm.model.named_parameters() if not torch.equal(value, before[name])}

    linears = {f"{name}.weight" for name in own_vlm.decoder_linears()}
    assert moved(LORA) == linears
    full = moved(FULL)
    assert linears < full
    assert any("projector" in name for name in full)
    assert any("embed_tokens" in name for name in full)


def test_a_resumed_teaching_equals_an_uninterrupted_one_exactly(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    vlm = following(own_vlm, FULL)
    base = {name: value.clone() for name, value in vlm.model.state_dict().items()}
    expected = teach(vlm, unlearn_data.forget, [], title="teaching", seed=0, progress=Silent())
    whole = vlm.fingerprint()

    vlm.model.load_state_dict(base)
    with pytest.raises(KeyboardInterrupt):
        teach(vlm, unlearn_data.forget, [], title="teaching", seed=0, progress=Killed(4), checkpoint=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["state.safetensors"]
    vlm.model.load_state_dict(base)
    losses = teach(vlm, unlearn_data.forget, [], title="teaching", seed=0, progress=Silent(), checkpoint=tmp_path)
    assert losses == expected
    assert vlm.fingerprint() == whole
