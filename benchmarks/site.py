"""How long a leaderboard of many submissions takes to build, and how large it is.

The submissions of the repository are copied under other names, so that each has the size of a real one; checking
them, which is done once for each and remembered, is not in the time.

    python benchmarks/site.py --submissions 500
"""

import argparse
import json
import sys
import time
from pathlib import Path

from smfa_bench_leaderboard.document import read_document
from smfa_bench_leaderboard.site import site
from smfa_bench_leaderboard.submission import Submission
from smfa_bench_leaderboard.submission_page import sample_rows


def main() -> None:
    """Print seconds and size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=500)
    parser.add_argument("--folder", type=Path, default=Path("leaderboard/submissions"))
    asked = parser.parse_args()
    paths = sorted(asked.folder.glob("*.json"))
    start = time.perf_counter()
    documents = [read_document(paths[place % len(paths)]) for place in range(asked.submissions)]
    read = [
        Submission.model_validate(document | {"name": f"row {place}"})
        for place, document in enumerate(documents)
        if isinstance(document, dict)
    ]
    read_in = time.perf_counter() - start
    shown = [sample_rows(one) for one in read[: len(paths)]]
    samples = {one.key: shown[place % len(paths)] for place, one in enumerate(read)}
    start = time.perf_counter()
    sizes = {name: len(content) for name, content in site(read, samples)}
    end = time.perf_counter()
    told = {
        "submissions": len(read),
        "seconds of reading": round(read_in, 1),
        "seconds of building": round(end - start, 1),
        "files": len(sizes),
        "MiB": round(sum(sizes.values()) / 2**20, 1),
        "MiB of index.html": round(sizes["index.html"] / 2**20, 1),
    }
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
