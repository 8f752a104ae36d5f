"""Who makes portraits and facts in place of the generator: the interfaces of two entry-point groups."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from PIL.Image import Image
from pydantic import BaseModel, JsonValue, ValidationError

from smfa_bench.data.profile import Fact
from smfa_bench.errors import UsageError, option_faults, unknown
from smfa_bench.progress import Progress
from smfa_bench.registry import Registry
from smfa_bench_profiles.drawing.measures import Presentation

Options = TypeVar("Options", bound=BaseModel)


@dataclass(frozen=True)
class Sitter:
    """A portrait, and what is known of it."""

    presentation: Presentation
    """As whom facts are told: "she" or "he"."""
    attributes: Mapping[str, str]
    """What can be seen, by name; each becomes an image-understanding question."""
    picture: Callable[[int], Image]
    """Returns the picture as RGB, at the edge that is asked for, in pixels."""
    digest: str
    """Of the picture's content: another digest is another profile set."""


class PortraitSource(Protocol):
    """What an entry of group `smfa_bench.portraits` is once it is made from its `Config`."""

    @property
    def name(self) -> str:
        """Stands in the origin of the people."""
        ...

    def sitters(self, *, seed: int) -> Sequence[Sitter]:
        """Return all portraits that there are, in an order that follows from the seed.

        Raises:
            UsageError: If one can't be used.
        """
        ...


class FactSource(Protocol):
    """What an entry of group `smfa_bench.facts` is once it is made from its `Config`."""

    @property
    def name(self) -> str:
        """Stands in the origin of the people."""
        ...

    def write(
        self, people: Sequence[Presentation], *, seed: int, taken: Collection[str], progress: Progress
    ) -> Sequence[tuple[Fact, ...]]:
        """Return the facts of each person: one of each key in `facts.FACTS`, in that order.

        No two people share a value of a key in `facts.UNIQUE`, and none has a value that is `taken`.

        Raises:
            BenchError: If there are none.
        """
        ...


def make(registry: Registry, name: str, options: Mapping[str, JsonValue]) -> Any:
    """Return the portrait or fact source of a name, made from its `Config` with these options.

    Raises:
        UsageError: If there is no such source, or an option is unknown or not valid.
    """
    found = registry.get(name)
    config: type[BaseModel] = found.Config
    for key in options:
        if key not in config.model_fields:
            raise unknown(f"option of {name}", key, config.model_fields)
    try:
        return found(config.model_validate(options, strict=False))
    except ValidationError as error:
        raise UsageError(f"options of {name} are not valid: {option_faults(error, name)}.") from error
