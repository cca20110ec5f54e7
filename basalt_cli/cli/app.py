"""The root command, and the table of commands; a command's module is imported only to run it or to show its help."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from basalt_cli._version import __version__
from basalt_cli.errors import UsageError

# The sections of the help, each with its commands and their modules, in the order of the help.
SECTIONS: dict[str, dict[str, str]] = {
    "Set up": {"init": "init", "new": "new"},
    "Prompts": {
        "list": "list_prompts",
        "show": "show",
        "render": "render",
        "lint": "lint",
        "test": "test",
        "rule": "rule",
        "schema": "schema",
    },
    "Merge gate": {"check": "check"},
    "Versions": {"log": "log", "diff": "diff", "blame": "blame", "resolve": "resolve", "release": "release"},
    "Environments": {
        "status": "status",
        "promote": "promote",
        "rollback": "rollback",
        "history": "history",
        "migrate": "migrate",
    },
    "Applications": {"bundle": "bundle", "codegen": "codegen"},
    "Maintenance": {"doctor": "doctor", "merge-driver": "merge_driver"},
}
MODULES = {name: module for section in SECTIONS.values() for name, module in section.items()}


# The base class of the option parser's errors; of these typer exports only the subclass BadParameter.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]


class LazyGroup(TyperGroup):
    """The group of all commands, which imports a command's module only to run it or to show its help."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the parser passes it
        """Return the names of all commands, in the order of the help."""
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Import and build a command; return None for an unknown name."""
        if cmd_name not in MODULES:
            return None
        module = import_module(f"basalt_cli.cli.commands.{MODULES[cmd_name]}")
        app = _new_app()
        app.command(cmd_name)(module.command)
        return typer.main.get_command(app)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the arguments name, with the arguments that follow it.

        Raises UsageError for an unknown command, with the closest name as its hint.
        """
        if args and args[0] not in MODULES and not args[0].startswith("-") and not ctx.resilient_parsing:
            from basalt_cli.text.words import did_you_mean

            hint = f"{did_you_mean(args[0], MODULES)}See basalt --help."
            raise UsageError(f"there is no command {args[0]!r}", hint=hint)
        name, command, rest = super().resolve_command(ctx, args)
        rewrite = getattr(import_module(f"basalt_cli.cli.commands.{MODULES[args[0]]}"), "rewrite_arguments", None)
        return name, command, rest if rewrite is None else rewrite(rest)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write the sections of the help, with one line for each command."""
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, read_summary(module)) for name, module in names.items()])


def read_summary(module: str) -> str:
    """Return the first sentence of a command's docstring, read from the source of its module.

    Importing the modules of all commands takes longer than running any one command.
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
        typer.Option(
            "-C", metavar="DIR", help="Run as if started in DIR. Repeatable: each DIR is relative to the one before."
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001 - its callback prints it
        bool, typer.Option("--version", "-V", is_eager=True, callback=_show_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Prompts as code on plain git: lint, test, version and promote prompts.

    A prompt is a YAML file in a git repository. A version is a commit that changed it. An environment has a pointer to
    one version of each prompt.

    SLUG names a prompt in the working tree, SLUG@SELECTOR one version of it. A selector is latest, an environment, a
    release (1.2.0), ~N (N versions before the newest) or a git revision.
    """
    for directory in directories or ():
        try:
            os.chdir(directory)
        except OSError as error:
            raise UsageError(
                f"cannot go to {directory}: {error.strerror}", hint="Give the path of an existing folder."
            ) from None
