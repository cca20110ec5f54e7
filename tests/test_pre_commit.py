"""The hook that other repositories use, run by the real pre-commit."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import PROMPT, Repo

ROOT = Path(__file__).parents[1]
PRE_COMMIT = shutil.which("pre-commit", path=str(Path(sys.executable).parent))
pytestmark = pytest.mark.skipif(PRE_COMMIT is None, reason="pre-commit is not installed beside this Python")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert PRE_COMMIT is not None
    return subprocess.run([PRE_COMMIT, *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hook's definition in a repository of its own; ``language: system`` spares a second installation."""
    folder = tmp_path_factory.mktemp("hooks")
    text = (ROOT / ".pre-commit-hooks.yaml").read_text().replace("language: python", "language: system")
    entry = Path(sys.executable).parent / "basalt"
    (folder / ".pre-commit-hooks.yaml").write_text(text.replace("entry: basalt", f"entry: {entry}"))
    return folder


def test_a_bad_prompt_is_stopped_and_a_good_one_passes(repo: Repo, hooks: Path) -> None:
    definition = Repo(hooks)
    if not (hooks / ".git").exists():
        definition.git("init", "--quiet")
        definition.commit("hooks")
    config = f"repos:\n  - repo: {hooks}\n    rev: {definition.head}\n    hooks: [{{id: basalt-lint}}]\n"
    repo.commit("config", {".pre-commit-config.yaml": config, "prompts/partials/voice.md": "Be kind.\n"})
    assert run(repo.path, "install").returncode == 0

    repo.write("prompts/bad.yaml", "prompt: '{{ nme }}'\n")
    repo.git("add", "prompts")
    before = repo.head
    refused = subprocess.run(["git", "commit", "-m", "bad"], cwd=repo.path, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "T302 the variable 'nme' is not declared" in refused.stdout + refused.stderr
    assert repo.head == before

    repo.write("prompts/bad.yaml", "variables: {nme: string}\nprompt: \"{{ nme }}{% include 'partials/voice.md' %}\"\n")
    repo.git("add", "prompts")
    repo.git("commit", "--quiet", "-m", "good")

    # A change of the partial alone breaks the prompt that includes it.
    repo.write("prompts/partials/voice.md", "Be {{ adjective }}.\n")
    repo.git("add", "prompts")
    refused = subprocess.run(
        ["git", "commit", "-m", "partial"], cwd=repo.path, capture_output=True, text=True, check=False
    )
    assert refused.returncode != 0
    assert "'adjective' in partials/voice.md" in refused.stdout + refused.stderr

    # What is no prompt does not run the hook.
    repo.git("checkout", "--quiet", "HEAD", "--", "prompts")
    repo.write("README.md", PROMPT)
    repo.git("add", "README.md")
    passed = subprocess.run(
        ["git", "commit", "-m", "readme"], cwd=repo.path, capture_output=True, text=True, check=False
    )
    assert passed.returncode == 0
    assert "Skipped" in passed.stdout + passed.stderr


def test_the_definition_of_the_hooks_is_valid() -> None:
    assert run(ROOT, "validate-manifest", ".pre-commit-hooks.yaml").returncode == 0
    assert run(ROOT, "validate-config", ".pre-commit-config.yaml").returncode == 0


def test_try_repo_mends_and_checks(repo: Repo, hooks: Path) -> None:
    definition = Repo(hooks)
    if not (hooks / ".git").exists():
        definition.git("init", "--quiet")
        definition.commit("hooks")
    repo.write("prompts/untidy.yaml", "name: 2026-01-01\nprompt: Hello there")
    repo.git("add", "prompts")
    mended = run(repo.path, "try-repo", str(hooks), "basalt-lint-fix", "--all-files")
    assert mended.returncode == 1
    assert "files were modified by this hook" in mended.stdout
    assert repo.read("prompts/untidy.yaml") == 'name: "2026-01-01"\nprompt: Hello there\n'
    assert run(repo.path, "try-repo", str(hooks), "basalt-lint-fix", "--all-files").returncode == 0

    repo.write("prompts/bad.yaml", "prompt: '{{ nme }}'\n")
    repo.git("add", "prompts")
    refused = run(repo.path, "try-repo", str(hooks), "basalt-lint", "--all-files")
    assert refused.returncode == 1
    assert "T302" in refused.stdout
