"""An export on its way to the Hugging Face hub."""

import re
from pathlib import Path
from typing import Final

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError

from smfa_bench.errors import PrerequisiteError, UsageError
from smfa_bench.storage import check_seal
from smfa_bench_profiles.export import RECORDS

KIND: Final = "dataset"
_PART: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
_NAME: Final = re.compile(rf"(?!.*(?:--|\.\.))(?:{_PART}/)?{_PART}")


def planned(repository: str, folder: Path) -> dict[str, int]:
    """Return what a push uploads: sizes in bytes by path, in order. Nothing is sent.

    Args:
        repository: "owner/name", or "name" for the user's own.
        folder: What `export` wrote.

    Raises:
        UsageError: If the name can't be that of a repository, or the folder holds no export.
        DamagedFileError: If a file of the export is missing or was changed.
    """
    if _NAME.fullmatch(repository) is None:
        raise UsageError(f"{repository!r} can't name a repository; write owner/name.")
    if not (folder / RECORDS / "dataset_dict.json").is_file():
        raise UsageError(f"{folder} holds no exported people; give a folder that `smfa-bench profiles export` wrote.")
    check_seal(folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def push(repository: str, folder: Path, *, private: bool) -> str:
    """Upload an export as one commit; the repository is made if it is not there. Return its address.

    The token is that of `hf auth login` or of the environment variable HF_TOKEN.

    Raises:
        UsageError: If the name can't be that of a repository, or the folder holds no export.
        DamagedFileError: If a file of the export is missing or was changed.
        PrerequisiteError: If there is no token, the hub refuses it, or it can't be reached.
    """
    planned(repository, folder)
    api = HfApi()
    try:
        made = api.create_repo(repository, repo_type=KIND, private=private, exist_ok=True)
        api.upload_folder(
            repo_id=made.repo_id, repo_type=KIND, folder_path=folder, commit_message="Upload people of S-MLLMUn Bench"
        )
    except LocalTokenNotFoundError as error:
        raise PrerequisiteError("there is no token of the hub; log in with `hf auth login` or set HF_TOKEN.") from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        raise PrerequisiteError(
            f"the hub answers with status {status}; check the token, and that it may write to {repository}."
        ) from error
    except Exception as error:
        # What a broken connection raises is the business of the HTTP library, which differs between the hub's releases.
        raise PrerequisiteError(
            f"the hub can't be reached ({type(error).__name__}); nothing is lost, push again."
        ) from error
    return str(made)
