"""The models that an unlearned one is held against, and what is told where one can't be."""

import pytest

from smfa_bench.data.phrasing import Phrasing
from smfa_bench.data.rerendering import Pictures
from smfa_bench.results.result import RunConfig
from smfa_bench.runner.references import as_taught


@pytest.mark.parametrize(
    ("phrasing", "pictures", "advice"),
    [
        ("template", "original", ""),
        ("trained", "original", "--phrasing template"),
        ("template", "rerendered", "--pictures original"),
        ("trained", "rerendered", "--phrasing template --pictures original"),
    ],
)
def test_who_is_stopped_by_the_gate_is_told_what_is_not_as_taught(phrasing: str, pictures: str, advice: str) -> None:
    config = RunConfig(method="smfa", phrasing=Phrasing(phrasing), pictures=Pictures(pictures))
    assert as_taught(config) == advice
