#!/usr/bin/env bash
# The runs that the defaults of the methods beside the reference ones are chosen by: what matters most in each method,
# at 5 %, on the seeds of defaults.sh. Chosen is, for each method, what has the highest sum of Overall Image
# Understanding and Overall Memory (Fact), mean over the seeds. About an hour a seed on one core.
#   benchmarks/defaults_of_others.sh [RUNS_FOLDER [SEED...]]
set -euo pipefail
export OMP_NUM_THREADS=1 # one thread rounds otherwise than two
runs=${1:-runs/defaults-of-others}
seeds=("${@:2}")
[ ${#seeds[@]} -gt 0 ] || seeds=(0 1)
bench=${BENCH:-.venv/bin/smfa-bench}

search() { # METHOD "OPTION=VALUE ..." ...
  local method=$1 options=() setting
  for setting in "${@:2}"; do
    read -ra options <<< "$setting"
    "$bench" run --method "$method" "${options[@]/#/--set=}" --seed "$seed" --runs-dir "$runs" --display plain ||
      echo "no result: $method $setting" >&2 # a loss that is not finite, say: not a default, and no reason to stop
  done
}

for seed in "${seeds[@]}"; do
  search npo "beta=0.1" "beta=0.5" "beta=0.1 retain_weight=5" "beta=0.5 retain_weight=5"
  search sim-npo "beta=2.5 retain_weight=1" "beta=2.5 retain_weight=5" "beta=1 retain_weight=1" "beta=1 retain_weight=5"
  search undial "strength=3" "strength=10" "strength=30"
  search mmunlearner "learning_rate=1e-3" "learning_rate=2e-3" "learning_rate=2e-3 retain_weight=5"
  search rmu "steering=6.5 retain_weight=1200" "steering=6.5 retain_weight=10" "steering=20 retain_weight=10" \
    "steering=20 retain_weight=100"
  search task-arithmetic "negation=1" "negation=5" "negation=20" "negation=5 addition=1"
  search ties "keep=0.2" "keep=0.5" "keep=1" "keep=0.5 scale=2"
  search model-tailor "keep=0.05" "keep=0.1" "keep=0.3"
  search kl-minimization "learning_rate=1e-3" "learning_rate=2e-3" "learning_rate=2e-3 retain_weight=10"
  search gradient-ascent "learning_rate=2e-4" "learning_rate=5e-4" "learning_rate=1e-3"
  search manu "share=0.01" "share=0.05" "share=0.2"
  search retain-only "learning_rate=2e-3"
done
"$bench" compare "$runs"/*-seed* --output "$runs/comparison" --format markdown
