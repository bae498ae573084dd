"""The commands of `python -m demo_app`, one a file."""
