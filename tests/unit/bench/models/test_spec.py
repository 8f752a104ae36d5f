"""A model's recipe: what a user asks for goes before what it says."""

from smfa_bench.models.spec import Loading, ModelSpec


def test_only_what_is_asked_for_changes_how_a_model_is_loaded() -> None:
    spec = ModelSpec(name="x", source="x", loading=Loading(dtype="float16", attn="eager"))
    assert spec.loaded_as(Loading()) == spec
    assert spec.loaded_as(Loading(dtype="bfloat16")).loading == Loading(dtype="bfloat16", attn="eager")
