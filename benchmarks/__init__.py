"""Measurements. Each prints a table and writes JSON to `benchmarks/results/`; none is a test."""
