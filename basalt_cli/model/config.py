"""The policy in basalt.yaml."""

from __future__ import annotations

from typing import NamedTuple


class Environment(NamedTuple):
    """The policy of one environment, from basalt.yaml."""

    name: str
    source: str | None = None
    gates: tuple[str, ...] = ()
    confirm: bool = False


class Config(NamedTuple):
    """The whole of basalt.yaml; ``environments`` are in promotion order."""

    prompts: str = "prompts"
    trunk: str = "main"
    environments: tuple[Environment, ...] = ()

    def find_environment(self, name: str) -> Environment | None:
        """Return the declared environment of that name."""
        return next((environment for environment in self.environments if environment.name == name), None)

    @property
    def environment_names(self) -> tuple[str, ...]:
        """Return the declared names, in promotion order."""
        return tuple(environment.name for environment in self.environments)
