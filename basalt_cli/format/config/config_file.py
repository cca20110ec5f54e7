"""Parse basalt.yaml."""

from __future__ import annotations

import re

from basalt_cli.errors import BasaltError
from basalt_cli.format.config.check_policy import decode_check_policy
from basalt_cli.format.config.lint_policy import decode_lint_policy
from basalt_cli.format.yaml.decoding import Decoder
from basalt_cli.format.yaml.problems import raise_problems
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.model.config import CONFIG_NAME, Config, Environment, Gate
from basalt_cli.model.source import Mapping, Node, Scalar
from basalt_cli.text.reference import describe_environment_problem

GATES = ("lint", "tests", "merged", "no-breaking", "from", "released", "signed")
_GATES_WITH_VALUE = ("soak", "command")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_BRANCH = re.compile(r"(?!refs/)[\w][\w./+-]*(?<![./])\Z")
_DURATION = re.compile(r"([0-9]{1,6})([smhd])\Z")
_KEYS = ("format", "prompts", "trunk", "deployments", "environments", "lint", "check", "callers")


def parse_config(data: bytes, path: str = CONFIG_NAME) -> Config:
    """Parse the configuration; raise BasaltError with every problem when there is one."""
    document = read_yaml(data)
    decoder = Decoder(document.problems)
    config = _decode(document.root, decoder)
    raise_problems(path, decoder.problems, BasaltError)
    return config


def _decode(root: Node | None, decoder: Decoder) -> Config:
    found = decoder.fields(root, "", _KEYS)
    check_format(found.get("format"), decoder)
    return Config(
        deployments=decoder.choice(found.get("deployments"), "deployments", ("file", "tags")) or "file",
        prompts=_decode_folder(found.get("prompts"), decoder),
        trunk=_decode_branch(found.get("trunk"), decoder),
        environments=_decode_environments(found.get("environments"), decoder),
        lint=decode_lint_policy(found.get("lint"), decoder),
        check=decode_check_policy(found.get("check"), found.get("callers"), decoder),
    )


def check_format(node: Node | None, decoder: Decoder) -> None:
    """Add a problem for a ``format`` that this version of basalt does not support."""
    number = decoder.integer(node, "format")
    if node is not None and number not in (None, 1):
        decoder.report(
            "invalid-value", f"format {number} is not supported", node.span, "Upgrade basalt, or write format: 1."
        )


def _decode_branch(node: Node | None, decoder: Decoder) -> str:
    scalar = decoder.text_scalar(node, "trunk")
    if scalar is not None and not _BRANCH.match(scalar.text):
        message = f"trunk cannot be {scalar.text!r}"
        decoder.report("invalid-value", message, scalar.span, "Name a branch, for example main or release/1.x.")
    return scalar.text if scalar is not None else "main"


def _decode_folder(node: Node | None, decoder: Decoder) -> str:
    scalar = decoder.text_scalar(node, "prompts")
    folder = scalar.text.strip("/") if scalar else "prompts"
    if scalar and (
        scalar.text.startswith("/") or "\\" in folder or any(p in ("", ".", "..") for p in folder.split("/"))
    ):
        help_text = "Name a folder below the folder of basalt.yaml, for example prompts."
        decoder.report("invalid-value", f"prompts cannot be {scalar.text!r}", scalar.span, help_text)
    return folder


def _decode_environments(node: Node | None, decoder: Decoder) -> tuple[Environment, ...]:
    entries = decoder.entries(node, "environments")
    names = tuple(key.text for key, _ in entries)
    environments = tuple(_decode_environment(key, value, names, decoder) for key, value in entries)
    sources = {environment.name: environment.source for environment in environments}
    for key, _ in entries:
        seen = [key.text]
        while (source := sources.get(seen[-1])) is not None and source not in seen:
            seen.append(source)
        if source == key.text:
            circle = " -> ".join([*seen, key.text])
            help_text = "Remove the from: of one of them; it then gets the newest version."
            decoder.report("invalid-value", f"the from: of environments makes a cycle: {circle}", key.span, help_text)
            break
    return environments


def _decode_environment(key: Scalar, node: Node, names: tuple[str, ...], decoder: Decoder) -> Environment:
    problem = describe_environment_problem(key.text)
    if problem is not None:
        message = f"{key.text!r} cannot be the name of an environment: {problem}"
        decoder.report("invalid-value", message, key.span, "Rename it, for example to staging.")
    where = f"environments.{key.text}"
    is_empty = isinstance(node, Scalar) and node.value is None
    found = {} if is_empty else decoder.fields(node, where, ("from", "require", "confirm"))
    source = decoder.choice(found.get("from"), f"{where}.from", tuple(name for name in names if name != key.text))
    items = decoder.items(found.get("require"), f"{where}.require")
    gates = [_decode_gate(item, f"{where}.require[{index}]", decoder) for index, item in enumerate(items)]
    for gate, item in zip(gates, items, strict=True):
        if gate is not None and gate.name in ("from", "soak") and "from" not in found:
            message = f"{where} requires {gate.name} but has no from"
            decoder.report("missing-key", message, item.span, "Add from: with the name of the environment before it.")
    return Environment(
        name=key.text,
        source=source,
        gates=tuple(gate for gate in gates if gate is not None),
        confirm=bool(decoder.boolean(found.get("confirm"), f"{where}.confirm")),
    )


def _decode_gate(node: Node, where: str, decoder: Decoder) -> Gate | None:
    """Decode a gate: a name, or a mapping of one name to its value."""
    if not isinstance(node, Mapping):
        name = decoder.choice(node, where, (*GATES, *_GATES_WITH_VALUE))
        if name in _GATES_WITH_VALUE:
            example = "soak: 24h" if name == "soak" else "command: [./check.sh]"
            decoder.report("invalid-value", f"{where}: {name} needs a value", node.span, f"For example - {example}")
            return None
        return Gate(name) if name is not None else None
    found = decoder.fields(node, where, _GATES_WITH_VALUE)
    if len(found) != 1:
        decoder.report("invalid-value", f"{where} must name one gate", node.span, "For example - soak: 24h")
        return None
    if "soak" in found:
        return _decode_soak(found["soak"], f"{where}.soak", decoder)
    words = [decoder.text(item, f"{where}.command") for item in decoder.items(found["command"], f"{where}.command")]
    if not words:
        decoder.report("invalid-value", f"{where}.command is empty", node.span, "For example - command: [./check.sh]")
    command = tuple(word for word in words if word is not None)
    return Gate("command", command=command) if command else None


def _decode_soak(node: Node, where: str, decoder: Decoder) -> Gate | None:
    text = decoder.text(node, where)
    match = _DURATION.match(text) if text is not None else None
    if text is not None and match is None:
        decoder.report("invalid-value", f"{where} cannot be {text!r}", node.span, "Write it as 30m, 24h or 7d.")
    return Gate("soak", seconds=int(match.group(1)) * _SECONDS[match.group(2)]) if match is not None else None
