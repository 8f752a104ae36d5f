"""The package that a new method begins as."""

import re
from pathlib import Path
from string import Template
from typing import Final

from smfa_bench.errors import UsageError
from smfa_bench.registry import METHODS
from smfa_bench.storage import write_bytes

NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

PYPROJECT: Final = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "$distribution"
version = "0.1.0"
description = "The unlearning method $name for smfa-bench."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["smfa-bench"]

[project.optional-dependencies]
dev = ["pytest>=8.3"]

[project.entry-points."smfa_bench.methods"]
$name = "$package.method:${title}Method"

[tool.hatch.build.targets.wheel]
packages = ["src/$package"]
"""

CONFIG: Final = '''\
"""Options of $name."""

from pydantic import Field
from smfa_bench import LoraConfig


class ${title}Options(LoraConfig):
    """Options of $name; set one with `--set retain_weight=2`."""

    retain_weight: float = Field(
        default=1.0,
        ge=0,
        allow_inf_nan=False,
        description="Weight of the retain samples' loss.",
    )
'''

METHOD: Final = '''\
"""The method $name."""

from typing import cast

from smfa_bench import (
    LoraAdapter,
    Method,
    Progress,
    UnlearnData,
    VisionLanguageModel,
    cross_entropy,
    train_lora,
)

from $package.config import ${title}Options


class ${title}Method(Method):
    """To begin with: climb the loss of the forget set, descend that of the kept people.

    Make it your own.
    """

    Config = ${title}Options

    def unlearn(
        self,
        model: VisionLanguageModel,
        data: UnlearnData,
        *,
        seed: int,
        progress: Progress,
    ) -> LoraAdapter:
        """Train one LoRA and return it; the model itself must stay as it is."""
        config = cast(${title}Options, self.config)
        trained = train_lora(
            model,
            [data.forget, data.few_shot],
            config,
            title="$name",
            seed=seed,
            progress=progress,
            loss=lambda network, batches: (
                config.retain_weight * cross_entropy(network, batches[1])
                - cross_entropy(network, batches[0])
            ),
        )
        curves = {"$name": trained.losses}
        return LoraAdapter(model.fingerprint(), trained.factors, curves=curves)
'''

TEST: Final = '''\
"""$name keeps the contract of a method."""

from smfa_bench.testing import check_method

from $package.method import ${title}Method


def test_every_property_of_the_contract_holds() -> None:
    outcomes = check_method(${title}Method)
    assert [outcome for outcome in outcomes if not outcome.passed] == []
'''

README: Final = """\
# $name

An unlearning method for smfa-bench.

```
pip install -e .[dev]
smfa-bench check method $name      # does it keep the contract?
smfa-bench list methods $name      # its options
smfa-bench run --method $name      # measure it
pytest
```

The method is in `src/$package/method.py`, its options are in `src/$package/config.py`.
"""

FILES: Final = {
    "pyproject.toml": PYPROJECT,
    "README.md": README,
    "src/$package/__init__.py": '"""The method $name."""\n',
    "src/$package/config.py": CONFIG,
    "src/$package/method.py": METHOD,
    "tests/test_method.py": TEST,
}


def begin_method(name: str, into: Path) -> Path:
    """Write a package that holds one method, and return its folder `<into>/smfa-bench-<name>`.

    Args:
        name: The method's name: small letters, digits and single hyphens, a letter first.
        into: Where the folder is made.

    Raises:
        UsageError: If the name is not of that form or taken, or the folder is there already.
        BenchError: If a file can't be written.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r} can't name a method: use small letters, digits and hyphens, such as 'my-method'.")
    if name in METHODS.entries:
        raise UsageError(f"a method {name!r} is installed already; choose another name.")
    distribution = f"smfa-bench-{name}"
    folder = into / distribution
    if folder.exists():
        raise UsageError(f"{folder} is there already; delete it, or choose another name or folder.")
    words = {
        "name": name,
        "distribution": distribution,
        "package": distribution.replace("-", "_"),
        "title": "".join(part.capitalize() for part in name.split("-")),
    }
    for path, template in FILES.items():
        write_bytes(folder / Template(path).substitute(words), Template(template).substitute(words).encode())
    return folder
