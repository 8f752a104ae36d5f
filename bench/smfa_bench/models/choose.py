"""Which model a name stands for."""

from pathlib import Path

from transformers import AutoConfig

from smfa_bench.errors import PrerequisiteError, unknown
from smfa_bench.fingerprint import files_fingerprint
from smfa_bench.models.spec import ModelSpec
from smfa_bench.registry import MODELS


def choose_model(name: str) -> ModelSpec:
    """Return the recipe of a model.

    Args:
        name: A registered name, "module:function" or "./file.py:function", each with its own recipe; or a folder or a
            hub id ("owner/model"), with the standard one.

    Raises:
        UsageError: If the name is none of these.
    """
    if name in MODELS.entries or (":" in name and not Path(name).is_dir()):
        spec: ModelSpec = MODELS.get(name)()
        return spec
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
        return files_fingerprint((path for path in folder.iterdir() if path.is_file()), folder)
    try:
        config = AutoConfig.from_pretrained(spec.source, trust_remote_code=spec.trust_remote_code)
    except (OSError, ValueError) as error:
        raise PrerequisiteError(f"can't find model {spec.source}: {str(error).strip().splitlines()[0]}") from error
    return str(config._commit_hash)
