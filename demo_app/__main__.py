"""`python -m demo_app export | migrate`."""

from demo_app.cli import main

main()
