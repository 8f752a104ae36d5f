"""Checks that plugins keep their contracts, for their authors' own tests."""

from smfa_bench.testing.check_method import Outcome, check_method

__all__ = ["Outcome", "check_method"]
