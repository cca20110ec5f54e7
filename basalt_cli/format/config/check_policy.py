"""Decode ``check:`` and ``callers:`` of basalt.yaml: the level of each kind of item, and the folders of source code."""

from __future__ import annotations

from basalt_cli.format.yaml.decoding import Decoder
from basalt_cli.model.config import CheckPolicy
from basalt_cli.model.source import Node
from basalt_cli.text.slug import is_outside

DEFAULT_LEVELS = {
    "lint": "fail",
    "lint-warnings": "warn",
    "tests": "fail",
    "snapshots": "warn",
    "breaking": "fail",
    "contract": "warn",
    "callers": "fail",
    "pointers": "fail",
    "gates": "fail",
}
LEVELS = ("fail", "warn", "off")


def decode_check_policy(node: Node | None, callers: Node | None, decoder: Decoder) -> CheckPolicy:
    """Decode both; where one is absent, its default applies."""
    found = decoder.fields(node, "check", tuple(DEFAULT_LEVELS))
    levels = {name: decoder.choice(value, f"check.{name}", LEVELS) for name, value in found.items()}
    folders = []
    for index, item in enumerate(decoder.items(callers, "callers")):
        folder = decoder.text(item, f"callers[{index}]")
        if folder is not None and folder != "." and is_outside(folder.strip("/")):
            help_text = "Name a folder below the folder of basalt.yaml, for example src."
            decoder.report("invalid-value", f"callers[{index}] cannot be {folder!r}", item.span, help_text)
        elif folder is not None:
            folders.append(folder.strip("/"))
    return CheckPolicy(tuple((name, level) for name, level in levels.items() if level is not None), tuple(folders))
