"""Write the reference pages from the code: commands, rules, file formats, exit codes, JSON outputs."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from basalt_cli import errors
from basalt_cli.cli import errors as cli_errors
from basalt_cli.cli.app import SECTIONS, build_command
from basalt_cli.cli.main import main

# What each exit code means to a caller; the codes themselves come from the code, and each needs a line here.
_EXIT_CODES = {
    0: "Success: nothing was found, or what was asked for is done.",
    1: "The check failed: a finding, a failed test case, a gate that fails, or `diff --exit-code` with changes.",
    2: "The command line is wrong.",
    3: "An error that you can fix: the message says what is wrong, where, and what to do.",
    4: "A lost race: another promotion moved the pointer or the branch first. Nothing was changed; run it again.",
    70: "A bug of basalt. The message has a report to paste into an issue.",
    130: "Interrupted with Ctrl-C.",
    141: "The program that read the output closed the pipe.",
}
# Wide tables take the place of the table of contents.
_WIDE = "---\nhide: [toc]\n---\n\n"


def write_reference(folder: Path, schemas: Path) -> list[str]:
    """Write all pages into a folder, and return their names."""
    pages = {
        "commands.md": format_commands(),
        "rules.md": format_rules(),
        "prompt-file.md": format_file_format(schemas / "prompt.schema.json", "Prompt file", "PATH.yaml"),
        "config.md": format_file_format(schemas / "config.schema.json", "basalt.yaml", "basalt.yaml"),
        "deployments.md": format_file_format(
            schemas / "deployments.schema.json", "deployments.yaml", "deployments.yaml"
        ),
        "exit-codes.md": format_exit_codes(),
        "json-outputs.md": format_outputs(sorted((schemas / "output").glob("*.json"))),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(pages)


# Commands


@cache
def _root() -> Any:
    return build_command()


def _get_command(name: str) -> Any:
    context = _root().make_context("basalt", [], resilient_parsing=True)
    return _root().get_command(context, name)


@cache
def list_options() -> Mapping[str, frozenset[str]]:
    """Return the options of each command, the ones of every command among them."""
    names = [name for section in SECTIONS.values() for name in section]
    options = {}
    for name in names:
        found = {
            option for parameter in _get_command(name).params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        options[name] = frozenset({*found, "--help", "-h"})
    return options


def format_commands() -> str:
    """Return the page of all commands: help, arguments and options of each."""
    parts = [
        "# Commands\n",
        "Every command takes `--help`. Options of `basalt` itself stand before the command.\n",
        _format_parameters(_root().params),
    ]
    for title, names in SECTIONS.items():
        parts.append(f"## {title}\n")
        parts += [_format_command(name) for name in names]
    return "\n".join(parts)


def _format_command(name: str) -> str:
    command = _get_command(name)
    arguments = [found for found in command.params if found.param_type_name == "argument"]
    usage = " ".join(["basalt", name, "[OPTIONS]", *(_show_argument(found) for found in arguments)])
    help_text = "\n".join(_escape(line.strip()) for line in command.help.strip().splitlines())
    return f"### basalt {name}\n\n```text\n{usage}\n```\n\n{help_text}\n\n{_format_parameters(command.params)}"


def _show_argument(argument: Any) -> str:
    name = str(argument.metavar or argument.name.upper()).strip("[]")
    return (name if argument.required else f"[{name}]") + ("..." if argument.nargs == -1 else "")


def _format_parameters(parameters: list[Any]) -> str:
    rows = [(_show_name(found), _show_help(found)) for found in parameters if not getattr(found, "hidden", False)]
    if not rows:
        return ""
    return "\n".join(["| option | meaning |", "|---|---|", *(f"| `{name}` | {text} |" for name, text in rows), ""])


def _show_name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _show_argument(parameter)
    names = ", ".join((*parameter.opts, *parameter.secondary_opts))
    if parameter.is_flag:
        return names
    choices = getattr(parameter.type, "choices", None)
    value = ",".join(choices) if choices else str(parameter.metavar or parameter.type.name.upper())
    return names + (value if value.startswith("[=") else f" {value}")


def _show_help(parameter: Any) -> str:
    text = _escape(parameter.help or "")
    if parameter.required and parameter.param_type_name == "option":
        text += " Required."
    default = parameter.default
    if not getattr(parameter, "is_flag", False) and isinstance(default, str | int) and not isinstance(default, bool):
        text += f" Default: `{default}`."
    return text


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


# Rules


def format_rules() -> str:
    """Return the page of all lint rules, as ``basalt rule --all --format markdown`` prints them."""
    families = (
        "Y the YAML file, S the keys of the format, T templates, V variables, M models, X text (hidden characters and "
        "secrets), R the project as a whole"
    )
    head = (
        "# Lint rules\n\n"
        f"A code is a family and a number. Families: {families}. `basalt rule T302` prints one rule.\n\n"
    )
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        code = main(["rule", "--all", "--format", "markdown"])
    if code:
        raise RuntimeError(f"basalt rule --all --format markdown: exit code {code}")
    return head + output.getvalue()


# Exit codes


def format_exit_codes() -> str:
    """Return the page of exit codes; raise RuntimeError where the code has one that this module does not describe."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.BasaltError)]
    known = {kind.exit_code for kind in kinds} | {0, cli_errors.BUG, cli_errors.INTERRUPTED, cli_errors.BROKEN_PIPE}
    if known != set(_EXIT_CODES):
        raise RuntimeError(f"exit codes {sorted(known)} in the code, {sorted(_EXIT_CODES)} in tools/docs/reference.py")
    rows = []
    for code, meaning in sorted(_EXIT_CODES.items()):
        names = ", ".join(f"`{kind.__name__}`" for kind in kinds if kind.exit_code == code)
        rows.append(f"| {code} | {meaning} | {names} |")
    table = "\n".join(["| exit code | meaning | `error.type` in JSON |", "|---|---|---|", *rows])
    return (
        "# Exit codes\n\n"
        "The same for every command. With `--format json` an error is an object on standard output, "
        "[described here](json-outputs.md#error); without, a message on standard error.\n\n"
        f"{table}\n"
    )


# Schemas


class Key(NamedTuple):
    """A key of a schema: its path from the top, its type in words, what it means, and an example as YAML."""

    path: str
    kind: str
    is_required: bool
    meaning: str
    example: str


def list_keys(
    schema: Any, root: Mapping[str, Any], prefix: str = "", depth: int = 0, *, is_choice: bool = False
) -> Iterator[Key]:
    """Yield the keys of an object schema in its order, those of nested objects below their parents.

    In one of several shapes (``is_choice``) no key counts as required: another shape does without it.
    """
    schema = _follow(schema, root)
    required = () if is_choice else schema.get("required", ())
    for name, raw in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        yield _to_key(path, raw, root, is_required=name in required)
        yield from _list_nested(raw, root, path, depth)
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict) and extra:
        path = f"{prefix}NAME"
        yield _to_key(path, extra, root, is_required=False)
        yield from _list_nested(extra, root, path, depth)


def _list_nested(raw: Any, root: Mapping[str, Any], path: str, depth: int) -> Iterator[Key]:
    if depth > 5:
        return
    for option in _options(raw, root):
        if "items" in option:
            shapes = _options(option["items"], root)
            for inner in shapes:
                yield from list_keys(inner, root, f"{path}[].", depth + 1, is_choice=len(shapes) > 1)
        yield from list_keys(option, root, f"{path}.", depth + 1)


def _follow(schema: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(schema, bool):
        return {}
    reference = schema.get("$ref")
    if reference is None:
        return dict(schema)
    name = str(reference).rpartition("/")[2]
    own = {key: value for key, value in schema.items() if key != "$ref"}
    return {**root["$defs"][name], **own}


def _options(schema: Any, root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    schema = _follow(schema, root)
    branches = schema.get("oneOf") or schema.get("anyOf")
    if not branches:
        return [schema]
    return [option for branch in branches for option in _options(branch, root)]


def _to_key(path: str, raw: Any, root: Mapping[str, Any], *, is_required: bool) -> Key:
    schema = _follow(raw, root)
    kinds = dict.fromkeys(kind for option in _options(raw, root) for kind in _kinds(option, root))
    meaning = str(schema.get("description", ""))
    if "default" in schema:
        meaning += f" Default: `{json.dumps(schema['default'])}`."
    examples = schema.get("examples", ())
    example = yaml.safe_dump(examples[0], default_flow_style=True, width=1000, sort_keys=False) if examples else ""
    return Key(path, " or ".join(kinds), is_required, meaning.strip(), example.removesuffix("...\n").strip())


def _kinds(option: Mapping[str, Any], root: Mapping[str, Any]) -> list[str]:
    if "const" in option:
        return [f"`{json.dumps(option['const'])}`"]
    if "enum" in option:
        return [f"`{json.dumps(value)}`" if not isinstance(value, str) else f"`{value}`" for value in option["enum"]]
    found = option.get("type", "any value")
    kinds = [found] if isinstance(found, str) else list(found)
    if kinds == ["array"] and "items" in option:
        items = [kind for inner in _options(option["items"], root) for kind in _kinds(inner, root)]
        return [f"list of {' or '.join(dict.fromkeys(items))}"]
    return ["mapping" if kind == "object" else kind for kind in kinds]


def _format_keys(schema: Mapping[str, Any], *, examples: bool) -> str:
    rows = []
    keywords: dict[str, None] = {}
    keys = {key.path: key for key in reversed(list(list_keys(schema, schema)))}
    for key in reversed(keys.values()):
        name = key.path.rpartition(".")[2]
        if key.meaning == f"JSON Schema's {name}.":
            keywords[f"`{name}`"] = None
            continue
        meaning = _escape(key.meaning) + (" Required." if key.is_required and examples else "")
        cells = [f"`{key.path}`", key.kind.replace("|", "\\|"), meaning.strip()]
        if examples:
            cells.append(f"`{key.example}`".replace("|", "\\|") if key.example else "")
        rows.append(f"| {' | '.join(cells)} |")
    head = ["key", "type", "meaning", *(["example"] if examples else [])]
    table = "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *rows]) + "\n"
    if not keywords:
        return table
    return f"{table}\nThese keywords of JSON Schema mean what they mean there: {', '.join(keywords)}.\n"


def format_file_format(path: Path, title: str, file_name: str) -> str:
    """Return the page of a file format, from its schema."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    name = path.name.removesuffix(".schema.json")
    legend = "`NAME` stands for a key that you choose, `[]` for each item of a list."
    return (
        f"{_WIDE}# {title}\n\n{schema['description']} `basalt schema {name}` prints the JSON Schema that this page is "
        f"made from; editors complete and check `{file_name}` by it. {legend}\n\n{_format_keys(schema, examples=True)}"
    )


def format_outputs(paths: list[Path]) -> str:
    """Return the page of the JSON outputs, a section each."""
    head = (
        "What a command prints with `--format json`. `basalt schema output/status` prints the JSON Schema of one. "
        "An output may gain keys; none is taken away or changes its meaning within a major version. Versions are full "
        "commit ids, times ISO 8601 in UTC. `NAME` stands for a name such as that of an environment, `[]` for each "
        "item of a list.\n"
    )
    parts = ["# JSON outputs\n", head]
    for path in paths:
        schema = json.loads(path.read_text(encoding="utf-8"))
        parts.append(f"## {path.name.removesuffix('.schema.json')}\n")
        parts.append(_format_keys(schema, examples=False))
    return "\n".join(parts)
