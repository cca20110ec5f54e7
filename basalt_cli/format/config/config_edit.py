"""Edit basalt.yaml in place, with comments, order and layout kept."""

from __future__ import annotations

from basalt_cli.errors import BasaltError
from basalt_cli.format.config.config_file import parse_config
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.model.config import CONFIG_NAME
from basalt_cli.model.source import Edit, Mapping, Scalar
from basalt_cli.text.edits import apply_edits


def set_deployments(text: str, kind: str) -> str:
    """Return basalt.yaml with ``deployments: KIND``; raise BasaltError where another setting would change."""
    root = read_yaml(text.encode()).root
    node = root.find("deployments") if isinstance(root, Mapping) else None
    if isinstance(node, Scalar):
        edited = apply_edits(text, [Edit(node.start, node.end, kind)])
    elif isinstance(root, Mapping) and text[root.entries[0][0].start - 1 : root.entries[0][0].start] == "{":
        edited = apply_edits(text, [Edit(root.entries[0][0].start, root.entries[0][0].start, f"deployments: {kind}, ")])
    else:
        ending = "\r\n" if "\r\n" in text else "\n"
        end = "" if not text or text.endswith("\n") else ending
        edited = f"{text}{end}deployments: {kind}{ending}"
    try:
        is_right = parse_config(edited.encode()) == parse_config(text.encode())._replace(deployments=kind)
    except BasaltError:
        is_right = False
    if not is_right:
        hint = f"Write deployments: file on a line of its own in {CONFIG_NAME}, commit it, and migrate again."
        raise BasaltError(f"{CONFIG_NAME} cannot be edited in place: its layout is not supported", hint=hint)
    return edited
