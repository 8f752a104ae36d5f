#!/usr/bin/env bash
# The runs behind docs/results.md: every method at three ratios and three seeds, and SMFA's k curve. About three hours
# on two cores; a run that was interrupted or is finished is not done again, so the script can be started anew.
#   benchmarks/results.sh [RUNS_FOLDER]
set -euo pipefail
runs=${1:-runs}
bench=${BENCH:-.venv/bin/smfa-bench}
seeds="10 11 12" # the defaults were chosen on seeds 0 and 1

for seed in $seeds; do
  for ratio in 0.05 0.1 0.15; do
    for method in smfa idk-tuning ga-difference; do
      "$bench" run --method "$method" --forget-ratio "$ratio" --seed "$seed" --with-retain-model \
        --runs-dir "$runs" --display plain
    done
  done
  base=$("$bench" list runs --runs-dir "$runs" --json | grep -o "smfa-forget05-seed$seed-[0-9a-f]*" | head -1)
  for k in 0 0.1 0.5 1 2.5 10 50 inf; do
    "$bench" resculpt "$base" --k "$k" --runs-dir "$runs" --display plain
  done
done
"$bench" compare "$runs"/* --output docs/results --format markdown
