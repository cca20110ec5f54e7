"""One module a command; ``basalt_cli.cli.app`` lists them."""
