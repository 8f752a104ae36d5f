"""Which model a name stands for."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from smfa_bench.errors import DamagedFileError, PrerequisiteError, UsageError
from smfa_bench.models import choose
from smfa_bench.models.choose import choose_model, source_fingerprint
from smfa_bench.models.spec import ModelSpec


def test_a_registered_name_gives_its_own_recipe(small_model_name: str, small_spec: ModelSpec) -> None:
    assert choose_model(small_model_name) is small_spec


def test_a_folder_and_a_hub_id_get_the_standard_recipe(tmp_path: Path) -> None:
    assert choose_model(str(tmp_path)) == ModelSpec(name=str(tmp_path), source=str(tmp_path))
    assert choose_model("owner/model") == ModelSpec(name="owner/model", source="owner/model")


def test_a_misspelt_name_is_answered_with_the_near_match_and_what_else_is_valid() -> None:
    with pytest.raises(UsageError, match=r"unknown model 'tinny'. Did you mean 'tiny'.*owner/model"):
        choose_model("tinny")


def test_a_folder_is_named_by_the_bytes_of_its_files(tmp_path: Path) -> None:
    found = set()
    for folder, content in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        (tmp_path / folder / "inner").mkdir(parents=True)
        (tmp_path / folder / "config.json").write_bytes(content)
        found.add(source_fingerprint(ModelSpec(name=folder, source=str(tmp_path / folder))))
    assert len(found) == 2


def test_a_hub_model_is_named_by_its_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    config = SimpleNamespace(from_pretrained=lambda _, trust_remote_code: SimpleNamespace(_commit_hash="abc"))  # noqa: ARG005
    monkeypatch.setattr(choose, "AutoConfig", config)
    assert source_fingerprint(ModelSpec(name="owner/model", source="owner/model")) == "abc"


def test_a_hub_model_that_can_not_be_found_is_told_in_one_line() -> None:
    with pytest.raises(PrerequisiteError, match="can't find model owner/no-such-model") as caught:
        source_fingerprint(ModelSpec(name="x", source="owner/no-such-model"))
    assert "\n" not in str(caught.value)


def test_a_recipe_in_the_folder_is_taken_and_does_not_change_the_name_of_the_weights(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    before = source_fingerprint(choose_model(str(tmp_path)))
    (tmp_path / "recipe.json").write_text('{"name": "mine", "gate": 5, "source": "elsewhere"}')
    spec = choose_model(str(tmp_path))
    assert (spec.name, spec.gate, spec.source) == ("mine", 5, str(tmp_path))
    assert source_fingerprint(spec) == before


@pytest.mark.parametrize("content", ["[]", '{"gate": 11}', "{", '{"gait": 1}'])
def test_a_recipe_that_is_none_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "recipe.json").write_text(content)
    with pytest.raises(DamagedFileError, match=r"recipe\.json"):
        choose_model(str(tmp_path))
