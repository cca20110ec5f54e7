"""The policy in basalt.yaml."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.model.source import Span

CONFIG_NAME = "basalt.yaml"
DEPLOYMENTS_NAME = "deployments.yaml"


class Gate(NamedTuple):
    """A gate of an environment; ``seconds`` is the duration of ``soak``, ``command`` the arguments of ``command``."""

    name: str
    seconds: int = 0
    command: tuple[str, ...] = ()


class Environment(NamedTuple):
    """The policy of one environment, from basalt.yaml."""

    name: str
    source: str | None = None
    gates: tuple[Gate, ...] = ()
    confirm: bool = False


class RuleSelector(NamedTuple):
    """A selector of rules: a code (``T302``), a family (``T``), a name (``undeclared-variable``) or ``ALL``.

    ``span`` is its place in basalt.yaml; None on the command line.
    """

    text: str
    span: Span | None = None


class LintPolicy(NamedTuple):
    """The rules that run, their severities, and the paths that they ignore; ``select`` None means the default rules."""

    select: tuple[RuleSelector, ...] | None = None
    extend_select: tuple[RuleSelector, ...] = ()
    ignore: tuple[RuleSelector, ...] = ()
    severities: tuple[tuple[RuleSelector, str], ...] = ()
    path_ignores: tuple[tuple[str, tuple[RuleSelector, ...]], ...] = ()


class CheckPolicy(NamedTuple):
    """The level (``fail``, ``warn`` or ``off``) of each kind of item whose level is not the default.

    ``callers`` are the folders of source code that is searched for calls of prompts.
    """

    levels: tuple[tuple[str, str], ...] = ()
    callers: tuple[str, ...] = ()


class Config(NamedTuple):
    """The content of basalt.yaml; ``environments`` are in promotion order."""

    prompts: str = "prompts"
    trunk: str = "main"
    environments: tuple[Environment, ...] = ()
    lint: LintPolicy = LintPolicy()
    deployments: str = "file"
    check: CheckPolicy = CheckPolicy()

    def find_environment(self, name: str) -> Environment | None:
        """Return the declared environment of that name."""
        return next((environment for environment in self.environments if environment.name == name), None)

    @property
    def environment_names(self) -> tuple[str, ...]:
        """Return the declared names, in promotion order."""
        return tuple(environment.name for environment in self.environments)
