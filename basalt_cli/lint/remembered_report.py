"""What the last lint of a whole project found, by the state of all that it depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from basalt_cli.files.signatures import Signature
from basalt_cli.model.finding import Finding
from basalt_cli.stores.place import find_folder
from basalt_cli.stores.store import Kind, Store, Value

# One for each policy, project and worktree of a repository.
MOST_STORES = 12
NO_POLICY = ("default", "extend", "ignore")
"""The rules chosen on the command line, as lint.request describes them, where none are chosen."""


class RememberedReport(NamedTuple):
    """The findings in the order of a report, how many files were linted, and the ``compute_state`` of the project then.

    The key of a report is the prompts folder, which is thus found without parsing basalt.yaml.
    """

    state: str
    findings: tuple[Finding, ...]
    files: int


REPORT = Kind("report", RememberedReport, most_entries=1, most_files=MOST_STORES)


def open_lint_store(kind: Kind[Value], root: Path, config: bytes, policy: Sequence[str]) -> Store[Value]:
    """Return the store of a project for the content of its basalt.yaml and the rules chosen on the command line."""
    return Store(find_folder(root), kind, str(root), hashlib.sha256(config).hexdigest(), *policy)


def compute_state(signatures: dict[str, Signature], deployments: bytes | None, refs: str) -> str:
    """Return a hash of the files' signatures and of deployments.yaml with the refs that its pointers are judged by.

    ``refs`` does not count where there is no deployments.yaml: None.
    """
    sha = hashlib.sha256(json.dumps(signatures, sort_keys=True).encode())
    if deployments is not None:
        sha.update(deployments + refs.encode(errors="surrogateescape"))
    return sha.hexdigest()
