"""What the tests of testing/ start from: a prompt in a working tree."""

from __future__ import annotations

from pathlib import Path

from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.prompt_tree import WorkingTree

REPLY = """\
variables:
  message: string
  tone: {type: string, enum: [warm, cool], default: warm}
  count: {type: integer, default: 1}
system: Be {{ tone }}.{% if count > 1 %} {{ count }} times.{% endif %}
prompt: |
  Answer {{ message }}
  # not a heading
"""


def open_folder(folder: Path, files: dict[str, str | bytes]) -> Catalog:
    """Write files below a prompts folder, and return its catalog."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Catalog(WorkingTree(folder), "prompts", "here")


def open_reply(folder: Path, tests: str, files: dict[str, str | bytes] | None = None) -> Catalog:
    """Return a catalog of the prompt ``reply`` with some tests."""
    return open_folder(folder, {"reply.yaml": f"{REPLY}tests:\n{tests}", **(files or {})})
