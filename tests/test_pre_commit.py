"""The hook that other repositories use, run by the real pre-commit."""

from __future__ import annotations

import os
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


def commit(repo: Repo, message: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "commit", "-m", message]
    return subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=False)


@pytest.fixture
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The hook's definition in a repository of its own; ``language: system`` spares a second installation."""
    folder = tmp_path_factory.mktemp("hooks")
    text = (ROOT / ".pre-commit-hooks.yaml").read_text().replace("language: python", "language: system")
    entry = Path(sys.executable).parent / "basalt"
    definition = Repo(folder)
    definition.git("init", "--quiet")
    definition.commit("hooks", {".pre-commit-hooks.yaml": text.replace("entry: basalt", f"entry: {entry}")})
    return definition


def test_a_bad_prompt_is_stopped_and_a_good_one_passes(repo: Repo, hooks: Repo) -> None:
    config = f"repos:\n  - repo: {hooks.path}\n    rev: {hooks.head}\n    hooks: [{{id: basalt-lint}}]\n"
    repo.commit("config", {".pre-commit-config.yaml": config, "prompts/partials/voice.md": "Be kind.\n"})
    assert run(repo.path, "install").returncode == 0

    repo.write("prompts/bad.yaml", "prompt: '{{ nme }}'\n")
    repo.git("add", "prompts")
    before = repo.head
    refused = commit(repo, "bad")
    assert refused.returncode != 0
    assert "T302 the variable 'nme' is not declared" in refused.stdout + refused.stderr
    assert repo.head == before

    repo.write("prompts/bad.yaml", "variables: {nme: string}\nprompt: \"{{ nme }}{% include 'partials/voice.md' %}\"\n")
    repo.git("add", "prompts")
    repo.git("commit", "--quiet", "-m", "good")

    # A change of the partial alone breaks the prompt that includes it.
    repo.write("prompts/partials/voice.md", "Be {{ adjective }}.\n")
    repo.git("add", "prompts")
    refused = commit(repo, "partial")
    assert refused.returncode != 0
    assert "'adjective' in partials/voice.md" in refused.stdout + refused.stderr

    # What is no prompt does not run the hook.
    repo.git("checkout", "--quiet", "HEAD", "--", "prompts")
    repo.write("README.md", PROMPT)
    repo.git("add", "README.md")
    passed = commit(repo, "readme")
    assert passed.returncode == 0
    assert "Skipped" in passed.stdout + passed.stderr


def test_the_definition_of_the_hooks_is_valid() -> None:
    assert run(ROOT, "validate-manifest", ".pre-commit-hooks.yaml").returncode == 0
    assert run(ROOT, "validate-config", ".pre-commit-config.yaml").returncode == 0


def test_try_repo_mends_and_checks(repo: Repo, hooks: Repo) -> None:
    repo.write("prompts/untidy.yaml", "name: 2026-01-01\nprompt: Hello there")
    repo.git("add", "prompts")
    mended = run(repo.path, "try-repo", str(hooks.path), "basalt-lint-fix", "--all-files")
    assert mended.returncode == 1
    assert "files were modified by this hook" in mended.stdout
    assert repo.read("prompts/untidy.yaml") == 'name: "2026-01-01"\nprompt: Hello there\n'
    assert run(repo.path, "try-repo", str(hooks.path), "basalt-lint-fix", "--all-files").returncode == 0

    repo.write("prompts/bad.yaml", "prompt: '{{ nme }}'\n")
    repo.git("add", "prompts")
    refused = run(repo.path, "try-repo", str(hooks.path), "basalt-lint", "--all-files")
    assert refused.returncode == 1
    assert "T302" in refused.stdout


@pytest.mark.parametrize("inside", [".", "team/shop", "my shop"])
def test_the_hooks_that_init_writes_stop_what_breaks_and_hear_what_is_meant(
    repo: Repo, inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.git("rm", "--quiet", "-r", ".")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    started = ["basalt", "-C", inside, "init", "--pre-commit"]
    (repo.path / inside).mkdir(parents=True, exist_ok=True)
    subprocess.run(started, cwd=repo.path, check=True, capture_output=True)
    installed = run(repo.path, "install")
    assert "pre-commit installed at .git/hooks/commit-msg" in installed.stdout
    # The very first commit goes through them as well.
    repo.git("update-ref", "-d", "HEAD")
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "-m", "First")
    promote = ["basalt", "-C", inside, "promote", "greeting", "--to", "staging"]
    subprocess.run(promote, cwd=repo.path, check=True, capture_output=True)

    prompt = f"{inside}/prompts/greeting.yaml"
    repo.write(
        prompt, repo.read(prompt).replace(", default: warm", "").replace("{name: Ada}", "{name: Ada, tone: warm}")
    )
    repo.git("add", "--all")
    before = repo.head
    refused = commit(repo, "No default")
    assert refused.returncode != 0
    assert "callers must now give 'tone', and staging runs greeting" in refused.stdout + refused.stderr
    assert "Basalt-Allow-Breaking: greeting REASON" in refused.stdout + refused.stderr
    assert repo.head == before
    meant = commit(repo, "No default\n\nBasalt-Allow-Breaking: greeting whoever greets knows how")
    assert meant.returncode == 0, meant.stdout + meant.stderr
    assert repo.head != before


def test_the_hook_that_others_name_checks_the_message(repo: Repo, hooks: Repo) -> None:
    config = f"repos:\n  - repo: {hooks.path}\n    rev: {hooks.head}\n    hooks: [{{id: basalt-check}}]\n"
    repo.commit("config", {".pre-commit-config.yaml": config})
    assert run(repo.path, "install", "--hook-type", "commit-msg").returncode == 0
    repo.write("prompts/bad.yaml", "prompt: '{{ nme }}'\n")
    repo.git("add", "prompts")
    refused = commit(repo, "Bad")
    assert refused.returncode != 0
    assert "T302" in refused.stdout + refused.stderr
    repo.write("prompts/bad.yaml", "description: Says little.\nprompt: Hello there\n")
    repo.git("add", "prompts")
    assert commit(repo, "Good").returncode == 0
