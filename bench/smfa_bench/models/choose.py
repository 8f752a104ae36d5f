"""Which model a name stands for."""

from pathlib import Path
from typing import Final

from pydantic import ValidationError
from transformers import AutoConfig

from smfa_bench.errors import DamagedFileError, PrerequisiteError, unknown
from smfa_bench.fingerprint import files_fingerprint
from smfa_bench.models.spec import ModelSpec
from smfa_bench.registry import MODELS
from smfa_bench.storage import SEAL, read_json

RECIPE: Final = "recipe.json"
"""In a model's folder: the fields of `ModelSpec` but the source, for a recipe that is not the standard one."""


def choose_model(name: str) -> ModelSpec:
    """Return the recipe of a model.

    Args:
        name: A registered name, "module:function" or "./file.py:function", each with its own recipe; or a folder or a
            hub id ("owner/model"), with the standard one unless there is a `recipe.json` in the folder.

    Raises:
        UsageError: If the name is none of these.
        DamagedFileError: If the recipe in the folder is none.
    """
    if name in MODELS.entries or (":" in name and not Path(name).is_dir()):
        spec: ModelSpec = MODELS.get(name)()
        return spec
    if (Path(name) / RECIPE).is_file():
        return _read_recipe(Path(name))
    if Path(name).is_dir() or name.count("/") == 1:
        return ModelSpec(name=name, source=name)
    raise unknown("model", name, [*MODELS.entries, "a folder", "a hub id such as owner/model"])


def source_fingerprint(spec: ModelSpec) -> str:
    """Return the name of a base model's files: of their bytes in a folder, of their revision on a hub.

    Raises:
        PrerequisiteError: If there is no such model.
    """
    folder = Path(spec.source)
    if folder.is_dir():
        beside = (RECIPE, SEAL)
        return files_fingerprint(
            (path for path in folder.iterdir() if path.is_file() and path.name not in beside), folder
        )
    try:
        config = AutoConfig.from_pretrained(spec.source, trust_remote_code=spec.trust_remote_code)
    except (OSError, ValueError) as error:
        raise PrerequisiteError(f"can't find model {spec.source}: {str(error).strip().splitlines()[0]}") from error
    return str(config._commit_hash)


def _read_recipe(folder: Path) -> ModelSpec:
    document = read_json(folder / RECIPE)
    fields = document if isinstance(document, dict) else {"recipe": document}
    try:
        return ModelSpec.model_validate({"name": folder.name, **fields, "source": str(folder)})
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise DamagedFileError(f"{folder / RECIPE} is not a recipe: {where}: {fault['msg']}.") from error
