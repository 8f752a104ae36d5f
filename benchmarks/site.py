"""How long a leaderboard of many submissions takes to build and to open, and how large it and they are.

Finished runs are submitted and copied under other names. Without any, runs are made up that have as many answers and
numbers as real ones; no model is asked, and probabilities are drawn, which packs worse than real ones do. Checking the
submissions, which is done once for each and remembered, is not in the time. Opening takes playwright and a Chromium.

    python benchmarks/site.py --submissions 500 [RUN RUN RUN...]
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from smfa_bench.storage import write_bytes
from smfa_bench_leaderboard.answers import run_answers
from smfa_bench_leaderboard.asked import asked_again
from smfa_bench_leaderboard.gathering import gather
from smfa_bench_leaderboard.packing import pack_answers
from smfa_bench_leaderboard.site import site
from smfa_bench_leaderboard.submission import Submission, SubmittedRun
from smfa_bench_leaderboard.submission_page import sample_rows

WHO = {"name": "row", "contact": "ada@example.org", "code": "https://example.org/code"}
SLIPS = (0.05, 0.1, 0.2, 0.4)
"""Shares of the questions that made-up methods refuse wrongly."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def made_up(people: int) -> Iterator[Submission]:
    """Yield a submission of each made-up method, whose three runs differ in nothing but the seed."""
    sys.path.append(str(Path(__file__).parents[1] / "tests"))
    from helpers.submitted_runs import make_run
    from smfa_bench_profiles.source import fictional

    chance = random.Random(0)
    for slips in SLIPS:
        result, records = make_run(
            0, f"refusing-{slips}", slips, True, source=fictional, size=people, ratio=0.2, base=True
        )
        asked = asked_again(result, answers=len(records))
        drawn = [one.model_copy(update={"probability": chance.random()}) for one in records]
        run = SubmittedRun(result=result, answers=pack_answers(drawn, asked))
        seeds = [result.config.model_copy(update={"seed": seed}) for seed in range(3)]
        runs = [run.model_copy(update={"result": result.model_copy(update={"config": seed})}) for seed in seeds]
        yield Submission(**WHO, runs=tuple(runs))


def opened(index: Path) -> float | None:
    """Return seconds until a page is there in a new Chromium, which is started before; None if there is none."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if path is None:
        return None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        start = time.perf_counter()
        page.goto(index.as_uri(), wait_until="load")
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seconds = time.perf_counter() - start
        browser.close()
    return seconds


def main() -> None:
    """Print seconds and sizes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("runs", nargs="*", type=Path, help="folders of finished runs, three seeds or more of each kind")
    parser.add_argument("--submissions", type=int, default=500)
    parser.add_argument("--people", type=int, default=100, help="of made-up runs")
    parser.add_argument("--output", type=Path, help="folder that the site is left in")
    asked = parser.parse_args()
    kinds = gather(asked.runs, **WHO) if asked.runs else list(made_up(asked.people))
    texts = [one.model_dump_json() for one in kinds]
    shown = [sample_rows(run_answers(one.runs[0])) for one in kinds]
    start = time.perf_counter()
    read = [
        Submission.model_validate(json.loads(texts[place % len(texts)]) | {"name": f"row {place}"})
        for place in range(asked.submissions)
    ]
    read_in = time.perf_counter() - start
    samples = {one.key: shown[place % len(shown)] for place, one in enumerate(read)}
    start = time.perf_counter()
    files = dict(site(read, samples))
    built_in = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.output or Path(scratch)
        for name, content in files.items():
            write_bytes(folder / name, content)
        opened_in = opened((folder / "index.html").resolve())
    told = {
        "submissions": len(read),
        "kB of the largest submission": max(map(len, texts)) // 1000,
        "seconds of reading": round(read_in, 1),
        "seconds of building": round(built_in, 1),
        "seconds of opening": None if opened_in is None else round(opened_in, 1),
        "files": len(files),
        "MB": round(sum(map(len, files.values())) / 1e6, 1),
        "MB of index.html": round(len(files["index.html"]) / 1e6, 1),
    }
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
