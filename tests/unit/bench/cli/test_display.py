"""Progress on stderr: bars, lines or nothing; stdout stays clean."""

import sys

import pytest

from smfa_bench.cli import display
from smfa_bench.cli.display import Display, make_progress


class Clock:
    """A clock that is moved by hand."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(display, "time", clock)
    return clock


def test_none_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with make_progress(Display.NONE) as progress:
        progress.stage("teaching", 2)
        progress.advance(2, "loss 1")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("kind", [Display.PLAIN, Display.RICH])
def test_without_a_terminal_there_are_plain_lines(capsys: pytest.CaptureFixture[str], kind: Display) -> None:
    with make_progress(kind) as progress:
        progress.stage("teaching", 2)
        progress.advance(2)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "teaching: 2 steps\nteaching: 2/2, about 0 s left\n"


def test_a_plain_line_comes_now_and_again_with_the_time_left(capsys: pytest.CaptureFixture[str], clock: Clock) -> None:
    with make_progress(Display.PLAIN) as progress:
        progress.stage("teaching", 10)
        progress.advance(note="too early")
        clock.now += 20
        progress.advance(note="loss 0.5")
        progress.advance(note="too early again")
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["teaching: 10 steps", "teaching: 2/10, about 80 s left, loss 0.5"]


def test_a_new_stage_counts_from_zero(capsys: pytest.CaptureFixture[str], clock: Clock) -> None:  # noqa: ARG001
    with make_progress(Display.PLAIN) as progress:
        progress.stage("teaching", 1)
        progress.advance()
        progress.stage("asking", 3)
        progress.advance(3)
    assert capsys.readouterr().err.splitlines()[2:] == ["asking: 3 steps", "asking: 3/3, about 0 s left"]


def test_on_a_terminal_there_is_a_bar_a_stage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with make_progress(Display.RICH) as progress:
        progress.advance()
        progress.stage("teaching", 2)
        progress.advance(2, "loss 1")
        progress.stage("asking", 3)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert all(part in captured.err for part in ("teaching", "2/2", "loss 1", "asking", "0/3"))
