"""Change basalt.yaml in place: comments, order and layout stay as the user left them."""

from __future__ import annotations

from basalt_cli.errors import BasaltError
from basalt_cli.model.config import CONFIG_NAME
from basalt_cli.model.source import Edit, Mapping, Scalar
from basalt_cli.pure.config_file import parse_config
from basalt_cli.pure.edits import apply_edits
from basalt_cli.pure.yaml_reader import read_yaml


def set_deployments(text: str, kind: str) -> str:
    """Return basalt.yaml with another place for pointers; raise BasaltError where its layout does not allow that."""
    root = read_yaml(text.encode()).root
    node = root.find("deployments") if isinstance(root, Mapping) else None
    if isinstance(node, Scalar):
        edited = apply_edits(text, [Edit(node.start, node.end, kind)])
    else:
        end = "" if not text or text.endswith("\n") else "\n"
        edited = f"{text}{end}deployments: {kind}\n"
    try:
        is_right = parse_config(edited.encode()) == parse_config(text.encode())._replace(deployments=kind)
    except BasaltError:
        is_right = False
    if not is_right:
        hint = f"Write deployments: {kind} there by hand, and commit it."
        raise BasaltError(f"{CONFIG_NAME} cannot be edited without losing something", hint=hint)
    return edited
