"""Read the values of variables from the command line and from files."""

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

# Values can be whole documents, so the limits are wider than those of a prompt file.
_LIMITS = Limits(size_bytes=32 * 1024 * 1024, depth=64, events=1_000_000)


def read_values(prompt: Prompt, file: str | None, assignments: list[str]) -> dict[str, Json]:
    """Return the values of a file (``-`` is stdin) and of ``NAME=VALUE`` assignments, which override the file.

    Texts are converted to the types that the prompt declares. Raises BasaltError for a file that cannot be read or
    parsed, UsageError for a malformed assignment, and VariablesError for a text that its type does not allow.
    """
    values = _read_file(file) if file is not None else {}
    for assignment in assignments:
        name, value = _parse_assignment(prompt, assignment)
        values[name] = value
    return values


def _read_file(name: str) -> dict[str, Json]:
    where = "stdin" if name == "-" else name
    data = sys.stdin.buffer.read() if name == "-" else _read_bytes(Path(name))
    value = parse_json(data, where) if name.endswith(".json") else _parse_document(data, where)
    if not isinstance(value, dict):
        hint = 'Write {"name": "Ada"} in JSON, or name: Ada in YAML.'
        raise BasaltError(f"{where} is not a mapping of variables to values", hint=hint)
    return value


def _parse_document(data: bytes, where: str) -> Json:
    """Return the value of a JSON or YAML document: text that starts with a bracket can be YAML in flow style."""
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
        raise BasaltError(
            f"cannot read {path}: {error.strerror}", hint="Give the path of a file that you can read."
        ) from None


def _parse_assignment(prompt: Prompt, assignment: str) -> tuple[str, Json]:
    name, equals, text = assignment.partition("=")
    if not equals or not name.removesuffix(":"):
        hint = "Write --var name=text, --var name=@file, or --var 'name:=[1, 2]' for JSON."
        raise UsageError(f"--var {assignment!r} is not NAME=VALUE", hint=hint)
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
        hint = f"""After := write JSON, with quotes around text: --var '{name}:="text"'."""
        raise UsageError(f"the value of {name} is {error.message}", hint=hint) from None
    except BasaltError as error:
        raise UsageError(f"in the value of {name}: {error.message}", hint=error.hint) from None


def _type_file(name: str, variable: Variable | None, data: bytes, path: str) -> Json:
    """Return a file's content as the declared type: objects, arrays and messages are parsed, the rest is text."""
    if variable is not None and variable.type in ("object", "array", "messages"):
        return _parse_document(data, path)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BasaltError(f"{path} is not UTF-8 text", hint="Convert the file to UTF-8.") from None
    return _type_text(name, variable, text)


def _takes_text(variable: Variable) -> bool:
    if variable.type == "any":
        kinds = variable.schema.get("type")
        return not isinstance(kinds, list) or "string" in kinds
    return variable.type == "string"


def _type_text(name: str, variable: Variable | None, text: str) -> Json:
    """Return a text as its declared type.

    A variable that is not declared keeps its text: the check of all values reports it. Raises VariablesError.
    """
    if variable is None or _takes_text(variable):
        return text
    if variable.type in ("object", "array", "messages"):
        try:
            return parse_json(text, name)
        except NotJsonError:
            hint = f"Write JSON, --var '{name}:=...', or name a file, --var {name}=@FILE."
            raise VariablesError(
                f"{name} is of type {variable.type}, and {text[:40]!r} is not JSON", hint=hint
            ) from None
    value = resolve_plain(text.strip())
    if isinstance(value, float) and not isfinite(value):
        raise VariablesError(f"{name} is {text[:40]!r}, which is no JSON number", hint="Write a finite number.")
    if not isinstance(value, str) or variable.type == "any":
        return value
    expected = {"boolean": "true or false", "null": "null"}.get(variable.type, "a number")
    message = f"{name} is of type {variable.type}, and {text[:40]!r} is not {expected}"
    raise VariablesError(message, hint=f"Write --var {name}=..., with {expected} after the =.")
