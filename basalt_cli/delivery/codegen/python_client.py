"""Write a Python module with one typed function for each prompt."""

from __future__ import annotations

import builtins
import json
import keyword
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from basalt_cli.errors import BasaltError
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, Variable

_HEAD = '''\
"""Typed access to the prompts of this project.

Written by `basalt codegen python`: edit the prompts instead, and run it again.
"""

from __future__ import annotations
{imports}
from basalt_cli import Basalt, Prompt
from basalt_cli.client.typed import At
from basalt_cli.client.typed import {fetch} as _fetch

__all__ = [{names}]
'''
_SCALARS = {"string": "str", "number": "float", "integer": "int", "boolean": "bool", "null": "None"}
_TYPING = ("Any", "Literal")
_COLLECTIONS = ("Mapping", "Sequence")
_OWN_PARAMETERS = ("basalt", "at", "_fetch", "__debug__")


class _Parameter(NamedTuple):
    """A keyword of a function: its Python name, the variable that it stands for, and its type."""

    name: str
    variable: Variable
    annotation: str


def write_python_client(prompts: Sequence[Prompt], *, is_async: bool = False) -> str:
    """Return the module's text; of the same prompts it is always the same.

    Raises BasaltError where two prompts or two variables would have the same name in Python.
    """
    names = _name_functions([prompt.slug for prompt in prompts])
    functions = [_write_function(names[prompt.slug], prompt, is_async) for prompt in prompts]
    body = "".join(f"\n\n{function}" for function in functions)
    listed = "".join(f'\n    "{name}",' for name in sorted(names.values()))
    return (
        _HEAD.format(
            imports=_write_imports(body),
            fetch="fetch_async" if is_async else "fetch",
            names=f"{listed}\n" if listed else "",
        )
        + body
    )


def _write_imports(body: str) -> str:
    words = set(re.findall(r"\b[A-Z]\w+", body))
    lines = []
    for module, names in (("collections.abc", _COLLECTIONS), ("typing", _TYPING)):
        used = [name for name in names if name in words]
        if used:
            lines.append(f"from {module} import {', '.join(used)}\n")
    return f"\n{''.join(lines)}" if lines else ""


def _name_functions(slugs: Sequence[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for slug in slugs:
        name = re.sub(r"[/-]", "_", slug)
        name = f"prompt_{name}" if name[0].isdigit() else name
        name = f"{name}_" if keyword.iskeyword(name) or hasattr(builtins, name) or name == "annotations" else name
        other = next((known for known, taken in names.items() if taken == name), None)
        if other is not None:
            hint = "Rename one of them, or name the prompts that you want."
            raise BasaltError(f"{other} and {slug} would both be the function {name}", hint=hint)
        names[slug] = name
    return names


def _write_function(name: str, prompt: Prompt, is_async: bool) -> str:
    parameters = _list_parameters(prompt)
    required = [found for found in parameters if found.variable.required]
    optional = [found for found in parameters if not found.variable.required]
    lines = [f"{'async ' if is_async else ''}def {name}(", "    basalt: Basalt,", "    at: At | None = None,", "    /,"]
    if parameters:
        lines.append("    *,")
    lines += [f"    {found.name}: {found.annotation}," for found in required]
    lines += [f"    {found.name}: {_or_none(found.annotation)} = None," for found in optional]
    lines += [") -> Prompt:", *_write_docstring(prompt, parameters)]
    lines.append(f"    return {'await ' if is_async else ''}_fetch(")
    lines += ["        basalt,", "        at,", f"        {json.dumps(prompt.slug)},"]
    lines += [*_write_mapping(required), *_write_mapping(optional), "    )"]
    return "\n".join(lines) + "\n"


def _write_mapping(parameters: Sequence[_Parameter]) -> list[str]:
    if not parameters:
        return ["        {},"]
    inner = [f"            {json.dumps(found.variable.name)}: {found.name}," for found in parameters]
    return ["        {", *inner, "        },"]


def _list_parameters(prompt: Prompt) -> list[_Parameter]:
    parameters: dict[str, _Parameter] = {}
    for variable in prompt.variables:
        is_taken = keyword.iskeyword(variable.name) or variable.name in _OWN_PARAMETERS
        name = f"{variable.name}_" if is_taken else variable.name
        if name in parameters:
            raise BasaltError(
                f"two variables of {prompt.slug} would be the argument {name}", hint="Rename one of them."
            )
        parameters[name] = _Parameter(name, variable, annotate(variable))
    return list(parameters.values())


def _or_none(annotation: str) -> str:
    return annotation if annotation in ("Any", "None") or annotation.endswith("| None") else f"{annotation} | None"


def annotate(variable: Variable) -> str:
    """Return the Python type of a variable's values."""
    if variable.type == "messages":
        return "Sequence[Mapping[str, Any]]"
    return _annotate_schema(variable.schema)


def _annotate_schema(schema: Json) -> str:
    if not isinstance(schema, dict):
        return "Any"
    choices = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if isinstance(choices, list) and choices and all(isinstance(c, str | bool | int) or c is None for c in choices):
        return f"Literal[{', '.join(_literal(choice) for choice in choices)}]"
    kind = schema.get("type")
    if isinstance(kind, list):
        return _join(_annotate_schema({**schema, "type": one}) for one in kind)
    if kind == "array":
        items = schema.get("items")
        return f"Sequence[{_annotate_schema(items)}]" if items is not None else "Sequence[Any]"
    if kind == "object":
        return "Mapping[str, Any]"
    return _SCALARS.get(str(kind), "Any")


def _join(annotations: Iterable[str]) -> str:
    found = list(dict.fromkeys(annotations))
    return "Any" if "Any" in found else " | ".join(sorted(found, key=lambda name: name == "None"))


def _literal(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _write_docstring(prompt: Prompt, parameters: Sequence[_Parameter]) -> list[str]:
    title = _end(_escape(prompt.description or prompt.name or f"Fetch the prompt {prompt.slug}"))
    told = [(found, _describe(found.variable)) for found in parameters]
    lines = [f"{found.name}: {text}" if text else f"{found.name}." for found, text in told]
    if not lines:
        return [f'    """{title}"""']
    return [f'    """{title}', "", *(f"    {line}" for line in lines), '    """']


def _describe(variable: Variable) -> str:
    words = [_end(_escape(variable.description))] if variable.description else []
    if variable.has_default:
        words.append(f"By default {_escape(json.dumps(variable.default, ensure_ascii=False))}.")
    return " ".join(words)


def _escape(text: str) -> str:
    """Return a text on one line that cannot end a docstring, or escape anything in it."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line.replace("\\", "/").replace('"""', "'''")


def _end(line: str) -> str:
    """Put a full stop where the words have none: a docstring cannot end with a quotation mark."""
    return line if line and line[-1] in ".!?" else f"{line}."
