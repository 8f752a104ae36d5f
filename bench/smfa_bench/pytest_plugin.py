"""pytest learns `--check-method NAME`: every property of the contract of a method becomes a test of its own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from smfa_bench.testing.trial import Trial


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("smfa-bench")
    group.addoption("--check-method", action="append", default=[], metavar="NAME", help="Check an unlearning method.")
    group.addoption("--check-model", default="tiny", metavar="NAME", help="Model to check methods with.")


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the properties of the methods behind whatever else was collected."""
    for name in config.getoption("--check-method"):
        items.extend(MethodChecks.from_parent(session, name=name).collect())


class MethodChecks(pytest.Collector):
    """A method."""

    def collect(self) -> Iterator["PropertyCheck"]:
        """Yield a test for each property; they share the unlearnings.

        Raises:
            UsageError: If there is no such method or model.
        """
        from smfa_bench.errors import UsageError
        from smfa_bench.testing.check_method import make_trial
        from smfa_bench.testing.properties import PROPERTIES

        try:
            trial = make_trial(self.name, model=self.config.getoption("--check-model"))
        except UsageError as error:
            raise pytest.UsageError(str(error)) from None
        for title in PROPERTIES:
            yield PropertyCheck.from_parent(self, name=title, trial=trial)


class PropertyCheck(pytest.Item):
    """One property of one method."""

    def __init__(self, *, trial: "Trial", **given: Any) -> None:
        """Keep what the property looks at."""
        super().__init__(**given)
        self._trial = trial

    def runtest(self) -> None:
        """Fail with the reason if the property does not hold; skip if another one must hold first."""
        from smfa_bench.errors import BenchError
        from smfa_bench.testing.properties import PROPERTIES
        from smfa_bench.testing.trial import BrokenError, UnjudgedError

        try:
            PROPERTIES[self.name](self._trial)
        except UnjudgedError:
            pytest.skip("another property must hold first")
        except (BrokenError, BenchError) as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None

    def reportinfo(self) -> tuple[Any, None, str]:
        """Return what pytest calls the test."""
        return self.path, None, f"{self.parent.name if self.parent else ''}: {self.name}"
