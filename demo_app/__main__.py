"""`python -m demo_app`; demo_app/cli has the commands."""

from demo_app.cli.main import main

main()
