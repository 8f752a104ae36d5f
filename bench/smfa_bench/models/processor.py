"""What the processor of this machine is good at, as Linux tells it; of other systems nothing is assumed."""

from functools import cache
from pathlib import Path
from typing import Final

TOLD: Final = Path("/proc/cpuinfo")


@cache
def _words() -> frozenset[str]:
    return frozenset(TOLD.read_text().split()) if TOLD.exists() else frozenset()


def multiplies_bfloat16() -> bool:
    """Whether it has instructions for products in bfloat16."""
    return not _words().isdisjoint({"amx_bf16", "avx512_bf16"})


def has_more_than_mkl_takes() -> bool:
    """Whether it has AVX-512, which MKL, by which torch multiplies in float32, does not use: it is AMD's then."""
    return {"AuthenticAMD", "avx512f"} <= _words()
