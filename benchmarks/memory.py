"""Prints the memory that decoders of usual sizes need, by the formulas of `smfa_bench.models.memory`.

`python benchmarks/memory.py`: two bytes a number, LoRA of rank 16, sequences of 1,000 tokens, 2 in a batch of training
and 16 in one of answering.
"""

import sys

from smfa_bench.models.memory import Shape, activations, answering, lora, weights
from smfa_bench.models.quantization import BYTES

SHAPES = {
    "0.5B": Shape(896, 4864, 24, 14, 2, 64, 151_936, tied=True),
    "3B": Shape(2048, 11_008, 36, 16, 2, 128, 151_936, tied=True),
    "7B": Shape(3584, 18_944, 28, 28, 4, 128, 152_064, tied=False),
    "13B": Shape(5120, 13_824, 40, 40, 40, 128, 32_064, tied=False),
}
RANK, TOKENS = 16, 1_000


def main() -> None:
    """Print the table in GiB."""
    rows = [
        "| decoder | weights | LoRA in training | activations | training | keys and values "
        "| weights in 4 bits | training in 4 bits |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, shape in SHAPES.items():
        parts = [
            weights(shape, width=2),
            lora(shape, rank=RANK),
            activations(shape, rank=RANK, tokens=2 * TOKENS, width=2),
        ]
        packed = weights(shape, width=2, linear=BYTES["4bit"])
        cache = answering(shape, tokens=16 * TOKENS, width=2)
        row = [*parts, sum(parts), cache, packed, packed + sum(parts[1:])]
        rows.append(f"| {name} | {' | '.join(f'{value / 2**30:.1f}' for value in row)} |")
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
