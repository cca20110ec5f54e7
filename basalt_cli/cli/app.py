"""The commands: a literal table of names, each loaded when it is asked for."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from basalt_cli._version import __version__
from basalt_cli.errors import UsageError

# In the order of the help: section, then name and the module that defines it.
SECTIONS: dict[str, dict[str, str]] = {
    "Start": {"init": "init", "new": "new"},
    "Look": {
        "list": "list_prompts",
        "show": "show",
        "render": "render",
        "lint": "lint",
        "test": "test",
        "rule": "rule",
        "schema": "schema",
    },
    "Gate": {"check": "check"},
    "Versions": {"log": "log", "diff": "diff", "blame": "blame", "resolve": "resolve", "release": "release"},
    "Environments": {
        "status": "status",
        "promote": "promote",
        "rollback": "rollback",
        "history": "history",
        "migrate": "migrate",
    },
    "Applications": {"bundle": "bundle", "codegen": "codegen"},
    "Care": {"doctor": "doctor", "merge-driver": "merge_driver"},
}
MODULES = {name: module for section in SECTIONS.values() for name, module in section.items()}


# What the option parser raises; typer names only this subclass of it in public.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]


class LazyGroup(TyperGroup):
    """A group that imports a command's module only to run it, or to show its help."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the parser gives it
        """Return the names in the order of the help."""
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Import and build one command."""
        if cmd_name not in MODULES:
            return None
        module = import_module(f"basalt_cli.cli.commands.{MODULES[cmd_name]}")
        app = _new_app()
        app.command(cmd_name)(module.command)
        return typer.main.get_command(app)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of a line; say what was meant by one that does not exist."""
        if args and args[0] not in MODULES and not args[0].startswith("-") and not ctx.resilient_parsing:
            from basalt_cli.text.words import did_you_mean

            raise UsageError(
                f"there is no command {args[0]!r}", hint=f"{did_you_mean(args[0], MODULES)}See basalt --help."
            )
        name, command, rest = super().resolve_command(ctx, args)
        rewrite = getattr(import_module(f"basalt_cli.cli.commands.{MODULES[args[0]]}"), "rewrite_arguments", None)
        return name, command, rest if rewrite is None else rewrite(rest)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write the commands of the help, a section each."""
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, read_summary(module)) for name, module in names.items()])


def read_summary(module: str) -> str:
    """Return the first sentence of a command's docstring, out of its source.

    Importing all commands for a line of each would take longer than any of them takes to run.
    """
    path = os.path.join(os.path.dirname(__file__), "commands", f"{module}.py")
    with open(path, encoding="utf-8") as file:
        source = file.read()
    docstring = source.partition("def command(")[2].partition('"""')[2]
    return docstring.partition("\n")[0].partition(". ")[0].rstrip('."') + "."


def _new_app(**settings: Any) -> typer.Typer:
    return typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False, **settings)


def build_command() -> Any:
    """Build the root command."""
    settings = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
    app = typer.Typer(
        cls=LazyGroup,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        no_args_is_help=True,
        context_settings=settings,
    )
    app.callback()(_root)
    return typer.main.get_command(app)


def _show_version(value: bool) -> None:
    if value:
        print(f"basalt {__version__}")
        raise typer.Exit


def _root(
    directories: Annotated[
        list[str] | None,
        typer.Option("-C", metavar="DIR", help="Run as if basalt was started in DIR; several add up, as in git."),
    ] = None,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", "-V", is_eager=True, callback=_show_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Prompts as code on plain git: lint, render, compare and promote prompts.

    Prompts are YAML files in a repository, a version is a commit, an environment points at a version of each prompt. A
    prompt is named SLUG or SLUG@SELECTOR, where the selector is latest, an environment, a release (1.2.0), ~N for N
    versions back, or a git revision; without one it is the working tree.
    """
    for directory in directories or ():
        try:
            os.chdir(directory)
        except OSError as error:
            raise UsageError(f"cannot go to {directory}: {error.strerror}", hint="Give an existing folder.") from None
