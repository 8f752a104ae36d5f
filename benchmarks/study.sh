#!/usr/bin/env bash
# How far each metric can be trusted: two pools of embedded models, three seeds and two learning rates each, taught 20
# people; 24 teachings and 72 measurements. What is cached is not done again, so the script can be started anew.
#   benchmarks/study.sh [FILE]
set -euo pipefail
export OMP_NUM_THREADS=1 # one thread rounds otherwise than two
file=${1:-study.json}
bench=${BENCH:-.venv/bin/smfa-bench}

"$bench" study metrics --seed 0 --seed 1 --seed 2 --rate 5e-4 --rate 1e-3 --display plain
"$bench" study metrics --seed 0 --seed 1 --seed 2 --rate 5e-4 --rate 1e-3 --display plain --json > "$file"
