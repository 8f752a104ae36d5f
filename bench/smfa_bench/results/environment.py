"""What a run ran on: versions, revision, memory."""

import platform
import resource
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

import torch

from smfa_bench.processes import size
from smfa_bench.training.loop import precision

PACKAGES: Final = (
    "smfa-bench",
    "torch",
    "transformers",
    "peft",
    "accelerate",
    "tokenizers",
    "numpy",
    "pillow",
    "rouge-score",
)


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that numbers depend on, and what computed them.

    Another device, number of threads or precision may round differently: they are named, so that it can be told.
    """
    device = torch.accelerator.current_accelerator(check_available=True)
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        "platform": f"{platform.system()} {platform.machine()}",
        "device": torch.get_device_module(device).get_device_name() if device else "cpu",
        "threads": str(torch.get_num_threads()),
        **({"processes": str(size())} if size() > 1 else {}),
        "training precision": {"no": "float32", "bf16": "bfloat16 autocast"}[precision()],
    }


def git_revision() -> str | None:
    """Return the commit this package is checked out at, with "+changes" if files differ; None if it is installed."""
    folder, name = Path(__file__).parent, Path(__file__).name
    try:
        # Fails for a package that lies in an environment inside somebody else's repository.
        _git(folder, "ls-files", "--error-unmatch", name)
        commit = _git(folder, "rev-parse", "HEAD")
        changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{commit}+changes" if changed else commit


def peak_memory_mib() -> float:
    """Return the largest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()
