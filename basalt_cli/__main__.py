"""Run basalt as ``python -m basalt_cli``."""

from basalt_cli.cli.main import run

if __name__ == "__main__":
    run()
