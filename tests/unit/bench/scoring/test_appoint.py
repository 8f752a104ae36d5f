"""A judge from one text: its name and its options."""

from types import SimpleNamespace

import pytest

from smfa_bench.errors import UsageError
from smfa_bench.registry import JUDGES
from smfa_bench.scoring.appoint import appoint, entry_name, with_options
from smfa_bench.scoring.llm.config import LlmJudgeConfig


class Configured:
    """A judge that remembers its options."""

    Config = LlmJudgeConfig
    name = "configured-1"

    def __init__(self, config: LlmJudgeConfig) -> None:
        self.config = config


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge "configured"."""
    monkeypatch.setitem(JUDGES.entries, "configured", SimpleNamespace(load=lambda: Configured))


def test_a_name_without_options_stays_as_it_is() -> None:
    assert with_options("offline", []) == "offline"
    assert appoint("offline").name == "offline-2"


def test_options_survive_being_written_into_the_name() -> None:
    options = ["model=a&b=c?d", "base_url=http://127.0.0.1:8000/v1", "timeout=2.5"]
    text = with_options("configured", options)
    judge = appoint(text)
    assert isinstance(judge, Configured)
    assert judge.config == LlmJudgeConfig(model="a&b=c?d", base_url="http://127.0.0.1:8000/v1", timeout=2.5)
    assert entry_name(text) == "configured"
    assert with_options(with_options("configured", options[:1]), options[1:]) == text


@pytest.mark.parametrize(
    ("judge", "fault"),
    [
        ("nobody", "unknown judge 'nobody'"),
        ("offline?model=m", "unknown option of the judge offline 'model'.*Valid: none"),
        ("configured?modell=m", "Did you mean 'model'"),
        ("configured?api_key=sk-secret", "unknown option of the judge configured 'api_key'"),
        ("configured?model=m&model=n", "given twice"),
        ("configured", "model must be given"),
        ("configured?model=m&concurrency=0", "concurrency: Input should be greater"),
    ],
)
def test_what_can_not_be_appointed_is_a_usage_error(judge: str, fault: str) -> None:
    with pytest.raises(UsageError, match=fault) as caught:
        appoint(judge)
    assert "sk-secret" not in str(caught.value)


def test_an_option_without_a_value_is_refused_before_it_reaches_the_judge() -> None:
    with pytest.raises(UsageError, match=r"'model' is not of the form key=value"):
        with_options("configured", ["model"])
