"""The page on methods knows every method that comes with the suite."""

from pathlib import Path

from smfa_bench.registry import METHODS

PAGE = Path(__file__).parents[3] / "docs" / "methods.md"


def test_every_method_of_the_suite_has_its_paragraph() -> None:
    text = PAGE.read_text(encoding="utf-8")
    ours = [name for name, entry in METHODS.entries.items() if entry.value.startswith("smfa_bench_methods.")]
    assert [name for name in ours if f"\n**`{name}`**" not in text] == []
    assert len(ours) > 3
