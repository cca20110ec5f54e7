"""Parse basalt.yaml."""

from __future__ import annotations

from basalt_cli.errors import BasaltError
from basalt_cli.model.config import CONFIG_NAME, Config, Environment
from basalt_cli.model.source import Node, Scalar
from basalt_cli.pure.decoding import Decoder
from basalt_cli.pure.lint_policy import decode_lint_policy
from basalt_cli.pure.problems import raise_problems
from basalt_cli.pure.reference import describe_environment_problem
from basalt_cli.pure.yaml_reader import read_yaml

GATES = ("lint", "merged")
_KEYS = ("format", "prompts", "trunk", "deployments", "environments", "lint")


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
    decoder.choice(found.get("deployments"), "deployments", ("file",))
    return Config(
        prompts=_decode_folder(found.get("prompts"), decoder),
        trunk=decoder.text(found.get("trunk"), "trunk") or "main",
        environments=_decode_environments(found.get("environments"), decoder),
        lint=decode_lint_policy(found.get("lint"), decoder),
    )


def check_format(node: Node | None, decoder: Decoder) -> None:
    """Note a ``format`` that this version of basalt does not know."""
    number = decoder.integer(node, "format")
    if node is not None and number not in (None, 1):
        decoder.report(
            "invalid-value", f"format {number} is not known", node.span, "Upgrade basalt, or write format: 1."
        )


def _decode_folder(node: Node | None, decoder: Decoder) -> str:
    scalar = decoder.text_scalar(node, "prompts")
    folder = scalar.text.strip("/") if scalar else "prompts"
    if scalar and (
        scalar.text.startswith("/") or "\\" in folder or any(p in ("", ".", "..") for p in folder.split("/"))
    ):
        help_text = "Name a folder below the one that holds basalt.yaml, as in prompts."
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
            help_text = "Let one of them take the newest version: leave its from: out."
            decoder.report("invalid-value", f"environments take from each other: {circle}", key.span, help_text)
            break
    return environments


def _decode_environment(key: Scalar, node: Node, names: tuple[str, ...], decoder: Decoder) -> Environment:
    problem = describe_environment_problem(key.text)
    if problem is not None:
        decoder.report("invalid-value", f"an environment cannot be called {key.text!r}", key.span, problem)
    where = f"environments.{key.text}"
    is_empty = isinstance(node, Scalar) and node.value is None
    found = {} if is_empty else decoder.fields(node, where, ("from", "require", "confirm"))
    source = decoder.choice(found.get("from"), f"{where}.from", tuple(name for name in names if name != key.text))
    items = decoder.items(found.get("require"), f"{where}.require")
    gates = [decoder.choice(item, f"{where}.require[{index}]", GATES) for index, item in enumerate(items)]
    return Environment(
        name=key.text,
        source=source,
        gates=tuple(gate for gate in gates if gate),
        confirm=bool(decoder.boolean(found.get("confirm"), f"{where}.confirm")),
    )
