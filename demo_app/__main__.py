"""`python -m demo_app export | migrate`."""

from demo_app.cli.main import main

main()
