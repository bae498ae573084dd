"""The claims of the textbooks, tried at equal budgets: `python -m benchmarks.textbook --help`."""
