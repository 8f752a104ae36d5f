"""The benchmark scripts run, and print what they promise."""

import json
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
    options = ["--rows=20", "--columns=30", "--rank=2", "--no-compiled"]
    command = [sys.executable, str(SCRIPT.with_name("sculpting.py")), *options]
    _, head, *lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert head.startswith("20 x 30 bfloat16, rank 2")
    assert [line.split()[0] for line in lines] == ["copy", "tiles", "plain"]
    assert [line.split()[-1] for line in lines] == ["copies"] * 3
    assert lines[0].split()[-2] == "1.0"


def test_answering_is_measured_beside_a_loop_and_pictures_are_counted() -> None:
    options = ["--people=3", "--questions=8", "--looped=2", "--repeats=2"]
    command = [sys.executable, str(SCRIPT.with_name("answering.py")), *options]
    head, _, *lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert head.startswith("embedded, float32, decoder of 2 M parameters, 8 questions about 1 pictures")
    # Batches read the picture once a question to answer it, and once more for the probability of the true answer.
    assert [line.split()[:3] for line in lines] == [["loop", "2", "2"], ["batches", "8", "16"], ["engine", "8", "1"]]
    assert [line.split()[-1] for line in lines] == ["0.0%"] * 3


def test_training_is_measured_beside_transformers_trainer() -> None:
    options = ["--people=20", "--epochs=1", "--repeats=1", "--batch-size=64", "--no-text"]
    command = [sys.executable, str(SCRIPT.with_name("training.py")), *options]
    head, _, *lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert head.startswith("376 samples about 22 pictures, 1 epochs, batches of 64, precision ")
    assert [line.split()[0] for line in lines] == ["Trainer", "engine"]
    assert lines[0].split()[2] == "1.00"
    before, trainer, engine = float(head.split()[-1]), *(float(line.split()[3]) for line in lines)
    assert max(trainer, engine) < before


def test_answering_for_more_people_is_a_line_a_size() -> None:
    command = [sys.executable, str(SCRIPT.with_name("people.py")), "--sizes=3,4", "--every=60"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["3", "people,"], ["4", "people,"]]


def test_a_site_of_made_up_submissions_is_measured() -> None:
    command = [sys.executable, str(SCRIPT.with_name("site.py")), "--submissions=5", "--people=5"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert (told["submissions"], told["files"]) == (5, 5 + 4)
    assert told["kB of the largest submission"] > 0


def test_products_are_measured_both_ways() -> None:
    command = [sys.executable, str(SCRIPT.with_name("products.py")), "--repeats=1"]
    head, _, *lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert "chosen on this machine" in head
    assert len(lines) == 6
    assert all(float(number) > 0 for line in lines for number in line.split()[-3:])
