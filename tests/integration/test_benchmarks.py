"""The benchmark scripts run, and print what they promise."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "profiles.py"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [("set 2 32 0 2", "2 people, pictures of 32 px, 2 workers"), ("records 10 0", "10 people's records")],
)
def test_a_line_has_seconds_cpu_seconds_and_peak_memory(arguments: str, what: str) -> None:
    command = [sys.executable, str(SCRIPT), *arguments.split()]
    (line,) = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert line.startswith(what)
    seconds, busy, peak = map(float, re.findall(r"\d+(?:\.\d)?", line[44:]))
    assert min(seconds, busy) >= 0
    assert peak > 10  # not less than some: on Linux a process begins with the peak of the one that started it


def test_sculpting_is_measured_in_copies_of_the_matrix() -> None:
    command = [sys.executable, str(SCRIPT.with_name("sculpting.py")), "--rows=20", "--columns=30", "--rank=2"]
    head, *lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert head.startswith("20 x 30 bfloat16, rank 2")
    assert [line.split()[0] for line in lines] == ["copy", "tiles", "plain"]
    assert [line.split()[-1] for line in lines] == ["copies"] * 3
    assert lines[0].split()[-2] == "1.0"
