"""The values that a prompt is rendered with: those that the caller gave, and defaults; and what is wrong with them."""

from __future__ import annotations

from basalt_cli.errors import BasaltError, Place
from basalt_cli.format.schema.value_check import find_value_problem, is_simple
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, Variable
from basalt_cli.text.words import did_you_mean, list_names


class VariablesError(BasaltError):
    """Variables are missing (``missing`` names them), unknown or of the wrong type."""

    def __init__(
        self, message: str, *, hint: str | None = None, place: Place | None = None, missing: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, hint=hint, place=place)
        self.missing = missing


def complete_values(prompt: Prompt, given: dict[str, Json]) -> dict[str, Json]:
    """Return the given values and the defaults; an optional variable can be absent.

    Raises VariablesError with all missing and unknown variables.
    """
    declared = [variable.name for variable in prompt.variables]
    unknown = [name for name in given if name not in declared]
    missing = [v.name for v in prompt.variables if v.required and v.name not in given]
    if unknown or missing:
        hint = f"{did_you_mean(unknown[0], declared) if unknown else ''}{_describe_declared(prompt)}"
        raise VariablesError(_describe_names(prompt, unknown, missing), hint=hint, missing=tuple(missing))
    defaults = {v.name: v.default for v in prompt.variables if v.has_default}
    return defaults | given


def check_values(variables: tuple[Variable, ...], values: dict[str, Json]) -> dict[str, str]:
    """Return the problem of each invalid value, by name.

    Values whose check has no bound in time (see ``is_simple``) are skipped: they are checked in a bounded process.
    """
    problems = {}
    for variable in variables:
        if variable.name in values and is_simple(variable.schema):
            problem = find_value_problem(variable.schema, values[variable.name])
            if problem is not None:
                problems[variable.name] = problem
    return problems


def wrong_values_error(prompt: Prompt, problems: dict[str, str]) -> VariablesError:
    """Return the error for invalid values; ``problems`` are by name."""
    lines = [f"{name}{problem}" for name, problem in problems.items()]
    message = (
        lines[0]
        if len(lines) == 1
        else f"{len(lines)} variables of {prompt.slug} are invalid:\n  " + "\n  ".join(lines)
    )
    return VariablesError(message, hint=_describe_declared(prompt))


def _describe_names(prompt: Prompt, unknown: list[str], missing: list[str]) -> str:
    parts = []
    if missing:
        parts.append(f"{prompt.slug} needs the variable{'s' * (len(missing) > 1)} {', '.join(map(repr, missing))}")
    if unknown:
        parts.append(f"{prompt.slug} declares no variable {', '.join(map(repr, unknown))}")
    return "; ".join(parts)


def _describe_declared(prompt: Prompt) -> str:
    return f"Declared: {list_names(_describe_variable(variable) for variable in prompt.variables)}."


def _describe_variable(variable: Variable) -> str:
    state = "required" if variable.required else "optional" if variable.optional else "has a default"
    return f"{variable.name} ({variable.type}, {state})"
