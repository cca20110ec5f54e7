"""Set pointers in deployments.yaml without a promotion."""

from __future__ import annotations

from basalt_cli.versions.references import open_catalog
from basalt_cli.workspace.project import open_project

from tests.support import Repo


def point(repo: Repo, environments: dict[str, dict[str, str]], digest: str | None = None) -> None:
    """Commit pointers, given as commits by environment and slug, with their right digests or another one."""
    project = open_project(repo.path)
    lines = ["format: 1", "environments:"]
    for environment, commits in environments.items():
        lines.append(f"  {environment}:" if commits else f"  {environment}: {{}}")
        for slug, commit in sorted(commits.items()):
            found = digest or open_catalog(project, commit).get_closure(slug).digest
            lines += [f"    {slug}:", f"      version: {commit}", f"      digest: {found}"]
    project.close()
    repo.commit("Move pointers", {"deployments.yaml": "\n".join(lines) + "\n"})
