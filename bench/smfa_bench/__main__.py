"""`python -m smfa_bench`: the same as `smfa-bench`."""

from smfa_bench.cli.app import main

main()
