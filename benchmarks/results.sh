#!/usr/bin/env bash
# The runs behind docs/results.md and the leaderboard: every method at three ratios and three seeds with the retain
# model, and SMFA's k curve at 5 %. On one core a good hour for the reference methods at 5 %, two at 10 and 15 %, and two
# minutes for each run of another method. A run that is finished is not done again, one that was interrupted goes on, so
# the script can be started anew, also with one seed in each of several shells.
#   [RATIOS="0.05 0.1 0.15"] [METHODS="smfa idk-tuning …"] benchmarks/results.sh [RUNS_FOLDER [SEED...]]
# With SUBMISSIONS=FOLDER CONTACT=… CODE=https://… it also writes the leaderboard's rows and checks them.
# The defaults were chosen on seeds 0 and 1 (defaults.sh, defaults_of_others.sh); these are others.
set -euo pipefail
export OMP_NUM_THREADS=1 # one thread rounds otherwise than two
runs=${1:-runs/results}
seeds=("${@:2}")
[ ${#seeds[@]} -gt 0 ] || seeds=(10 11 12)
bench=${BENCH:-.venv/bin/smfa-bench}
read -ra ratios <<<"${RATIOS:-0.05 0.1 0.15}"
reference="smfa idk-tuning ga-difference"
others="npo sim-npo undial rmu mmunlearner task-arithmetic ties model-tailor manu kl-minimization gradient-ascent retain-only"
read -ra methods <<<"${METHODS:-$reference $others}"

for seed in "${seeds[@]}"; do
  for ratio in "${ratios[@]}"; do
    for method in "${methods[@]}"; do
      "$bench" run --method "$method" --forget-ratio "$ratio" --seed "$seed" --with-retain-model \
        --runs-dir "$runs/table" --display plain
    done
  done
  for run in "$runs"/table/smfa-forget05-seed"$seed"-*; do
    [ -e "$run" ] || continue # no such run was asked for
    # 5 is the default
    "$bench" resculpt "$run" --k 0.5 --k 1 --k 2.5 --k 10 --k inf --runs-dir "$runs/k" --display plain
  done
done
"$bench" compare "$runs"/table/*-seed* --output "$runs/table/comparison" --format markdown
[ ! -d "$runs/k" ] ||
  "$bench" compare "$runs"/table/smfa-forget05-* "$runs"/k/*-seed* --output "$runs/k/comparison" --format markdown

# The rows of the leaderboard: a file for each method and ratio of which three seeds are there.
if [ -n "${SUBMISSIONS:-}" ]; then
  declare -A names=([smfa]=SMFA [idk-tuning]="IDK Tuning" [ga-difference]="GA Difference" [npo]=NPO [sim-npo]=SimNPO
    [undial]=UNDIAL [rmu]=RMU [mmunlearner]=MMUnlearner [task-arithmetic]="Task Arithmetic" [ties]=TIES
    [model-tailor]="Model Tailor" [manu]=MANU [kl-minimization]="KL Minimization"
    [gradient-ascent]="Gradient Ascent" [retain-only]="Retain-only fine-tuning")
  for method in "${methods[@]}"; do
    for ratio in "${ratios[@]}"; do
      "$bench" submit "$runs"/table/"$method-forget$(printf %02.0f "$(awk "BEGIN { print $ratio * 100 }")")"-seed*/ \
        --name "${names[$method]}" --contact "${CONTACT:?who answers questions}" --code "${CODE:?where the code is}" \
        --output "$SUBMISSIONS"
    done
  done
  "$bench" leaderboard validate "$SUBMISSIONS"
fi
