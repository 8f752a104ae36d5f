"""Does a method keep its contract? Every property that `properties.py` knows, tried on a small unlearning."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.split import make_split, unlearn_data
from smfa_bench.errors import BenchError, UsageError, place
from smfa_bench.method import Method
from smfa_bench.models.choose import choose_model
from smfa_bench.models.vision_language import load_model
from smfa_bench.registry import METHODS, PROFILES
from smfa_bench.testing.properties import PROPERTIES
from smfa_bench.testing.trial import BrokenError, Trial, UnjudgedError

PEOPLE: Final = 4
"""One to forget, two for the few-shot retain set, one whom the method never sees."""


@dataclass(frozen=True)
class Outcome:
    """Whether one property holds."""

    title: str
    passed: bool
    why: str = ""
    """What is wrong and what to do; empty if the property holds."""


def check_method(name: str | type[Method], *, model: str = "tiny") -> list[Outcome]:
    """Try a method on a handful of people and return the outcome of every property that could be judged.

    A property that stands on a failed one is left out: without an adapter there is nothing to save.

    Args:
        name: The class, an entry point's name, "module:Class" or "./file.py:Class".
        model: Name of a registered model, a folder or a hub id.

    Raises:
        UsageError: If there is no such method or model, or it is no `Method`.
    """
    return list(try_properties(make_trial(name, model=model)))


def make_trial(name: str | type[Method], *, model: str = "tiny") -> Trial:
    """Return a method with a handful of people to try it on; nothing is loaded yet.

    Args:
        name: As for `check_method`.
        model: As for `check_method`.

    Raises:
        UsageError: If there is no such method or model, or it is no `Method`.
    """
    method = METHODS.get(name) if isinstance(name, str) else name
    if not (isinstance(method, type) and issubclass(method, Method)):
        raise UsageError(f"{name} is not a method: it must be a class derived from smfa_bench.method.Method.")
    spec = choose_model(model)
    profiles: ProfileSet = PROFILES.get("fictional")(size=PEOPLE, seed=0, picture_size=spec.picture_size)
    split = make_split(profiles, forget_ratio=1 / PEOPLE, few_shot=2, seed=0)
    return Trial(method, partial(load_model, spec), unlearn_data(profiles, split))


def try_properties(trial: Trial) -> Iterator[Outcome]:
    """Yield the outcome of every property that can be judged; whatever is raised is a failure, never a crash."""
    for title, holds in PROPERTIES.items():
        try:
            holds(trial)
        except UnjudgedError:
            continue
        except (BrokenError, BenchError) as error:
            yield Outcome(title, passed=False, why=str(error))
        except Exception as error:
            yield Outcome(title, passed=False, why=f"raised {type(error).__name__}: {error}{place(error)}")
        else:
            yield Outcome(title, passed=True)
