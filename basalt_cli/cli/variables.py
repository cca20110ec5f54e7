"""Read variables from the command line and from files."""

from __future__ import annotations

import contextlib
import sys
from math import isfinite
from pathlib import Path

from basalt_cli.errors import BasaltError, UsageError
from basalt_cli.format.prompt.values import VariablesError
from basalt_cli.format.yaml.decoding import to_json
from basalt_cli.format.yaml.json_reader import NotJsonError, parse_json
from basalt_cli.format.yaml.problems import raise_problems
from basalt_cli.format.yaml.reader import Limits, read_yaml, resolve_plain
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, Variable

# Values are documents as often as words: a file of them may be large, but not without end.
_LIMITS = Limits(size_bytes=32 * 1024 * 1024, depth=64, events=1_000_000)


def read_values(prompt: Prompt, file: str | None, assignments: list[str]) -> dict[str, Json]:
    """Return the variables of a file, with those of the command line over them, typed as the prompt declares them."""
    values = _read_file(file) if file is not None else {}
    for assignment in assignments:
        name, value = _parse_assignment(prompt, assignment)
        values[name] = value
    return values


def _read_file(name: str) -> dict[str, Json]:
    where = "standard input" if name == "-" else name
    data = sys.stdin.buffer.read() if name == "-" else _read_bytes(Path(name))
    value = parse_json(data, where) if name.endswith(".json") else _parse_document(data, where)
    if not isinstance(value, dict):
        hint = 'As in {"name": "Ada"}, or name: Ada.'
        raise BasaltError(f"{where} does not hold a mapping of variables", hint=hint)
    return value


def _parse_document(data: bytes, where: str) -> Json:
    """Parse JSON where the text starts like it and is some, else YAML, whose flow style starts the same way."""
    if data.lstrip()[:1] in (b"{", b"["):
        with contextlib.suppress(NotJsonError):
            return parse_json(data, where)
    document = read_yaml(data, _LIMITS)
    raise_problems(where, document.problems, BasaltError)
    return to_json(document.root) if document.root is not None else {}


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BasaltError(f"cannot read {path}: {error.strerror}", hint="Give the path of a file.") from None


def _parse_assignment(prompt: Prompt, assignment: str) -> tuple[str, Json]:
    name, equals, text = assignment.partition("=")
    if not equals or not name.removesuffix(":"):
        hint = "Write --var name=text, --var name=@file, or --var 'name:=[1, 2]' for JSON."
        raise UsageError(f"{assignment!r} gives no value to a variable", hint=hint)
    if name.endswith(":"):
        return name[:-1], _parse_value(name[:-1], text)
    variable = prompt.find_variable(name)
    if text.startswith("@"):
        data = _read_bytes(Path(text[1:]))
        return name, _type_file(name, variable, data, text[1:])
    return name, _type_text(name, variable, text)


def _parse_value(name: str, text: str) -> Json:
    try:
        return parse_json(text, name)
    except NotJsonError as error:
        hint = f"""Quote texts: --var '{name}:="text"'."""
        raise UsageError(f"the value of {name} is {error.message}", hint=hint) from None
    except BasaltError as error:
        raise UsageError(f"in the value of {name}: {error.message}", hint=error.hint) from None


def _type_file(name: str, variable: Variable | None, data: bytes, path: str) -> Json:
    """Give a file's content its declared type: structures are parsed, everything else is the text itself."""
    if variable is not None and variable.type in ("object", "array", "messages"):
        return _parse_document(data, path)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BasaltError(f"{path} is not UTF-8 text", hint=f"Convert it, to give it as {name}.") from None
    return _type_text(name, variable, text)


def _takes_text(variable: Variable) -> bool:
    if variable.type == "any":
        kinds = variable.schema.get("type")
        return not isinstance(kinds, list) or "string" in kinds
    return variable.type == "string"


def _type_text(name: str, variable: Variable | None, text: str) -> Json:
    """Give a text its declared type; what cannot be it stays text where the check of values has better words."""
    if variable is None or _takes_text(variable):
        return text
    if variable.type in ("object", "array", "messages"):
        try:
            return parse_json(text, name)
        except NotJsonError:
            hint = f"Give JSON, --var '{name}:=...', or a file, --var {name}=@FILE."
            raise VariablesError(
                f"{name} is of type {variable.type}, and {text[:40]!r} is not JSON", hint=hint
            ) from None
    value = resolve_plain(text.strip())
    if isinstance(value, float) and not isfinite(value):
        raise VariablesError(f"{name} is {text[:40]!r}, which JSON cannot hold", hint="Give a finite number.")
    if not isinstance(value, str) or variable.type == "any":
        return value
    expected = {"boolean": "true or false", "null": "null"}.get(variable.type, "a number")
    message = f"{name} is of type {variable.type}, and {text[:40]!r} is not {expected}"
    raise VariablesError(message, hint=f"Write --var {name}=..., with {expected} behind the =.")
