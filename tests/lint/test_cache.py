"""The remembered lint: an unchanged project is answered from it, and no change of any kind gives a stale answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from basalt_cli.cli.main import main
from basalt_cli.lint.engine import Linted, Source, combine
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport
from basalt_cli.stores.place import describe_tools, find_folder
from basalt_cli.stores.sealed_file import write_sealed

from tests.conftest import Outcome
from tests.support import Repo

Basalt = Callable[..., Outcome]
CHANGED = "prompt: '{% include \"partials/voice.md\" %} {{ tone }}'\n"


def lint(basalt: Basalt, *arguments: str) -> list[tuple[str, str]]:
    found = basalt("lint", *arguments, "--format", "json", code=None).json["findings"]
    return [(finding["path"], finding["code"]) for finding in found]


def stores(repo: Repo, kind: str = "lint") -> list[Path]:
    return sorted((repo.path / ".git/basalt").glob(f"{kind}-*.json"))


@pytest.fixture
def aged(repo: Repo) -> Repo:
    """A project whose files are old enough for their looks to be trusted."""
    repo.write("prompts/partials/voice.md", "Be kind.\n")
    repo.write("prompts/a.yaml", "prompt: '{% include \"partials/voice.md\" %}'\n")
    age(repo)
    return repo


def age(repo: Repo) -> None:
    """Wait until no file of the prompts folder is young: a change time cannot be set."""
    youngest = max(path.lstat().st_ctime for path in (repo.path / "prompts").rglob("*"))
    time.sleep(max(0.0, youngest + 2.05 - time.time()))


def test_nothing_changed_is_answered_from_the_store(
    basalt: Basalt, aged: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = basalt("lint")
    assert not (aged.path / ".basalt_cache").exists()
    # Any run that reaches the command itself fails from here on.
    monkeypatch.setattr("basalt_cli.cli.main._dispatch", lambda _: 99)
    assert basalt("lint") == first
    assert basalt("lint", "--format", "json").json["summary"]["files"] == 3
    assert main(["lint", "--no-cache"]) == 99
    assert main(["lint", "--select", "T"]) == 99


@pytest.mark.parametrize(
    "change",
    [
        ("prompts/partials/voice.md", "Be {{ tone }}.\n"),
        ("prompts/a.yaml", "prompt: '{{ tone }}'\n"),
        ("prompts/new.yaml", "prompt: '{{ tone }}'\n"),
        ("deployments.yaml", "environments: {nope: {}}\n"),
    ],
)
def test_no_answer_is_stale(basalt: Basalt, aged: Repo, change: tuple[str, str]) -> None:
    assert lint(basalt) == []
    assert lint(basalt) == []
    aged.write(*change)
    fresh = lint(basalt, "--no-cache")
    assert fresh
    assert lint(basalt) == fresh
    assert lint(basalt) == fresh


def test_the_same_size_and_time_do_not_deceive(basalt: Basalt, aged: Repo) -> None:
    path = aged.path / "prompts/a.yaml"
    old = path.stat()
    assert lint(basalt) == []
    path.write_text("prompt: '{{ inclde }}partials/voice.mdd  '\n"[: old.st_size - 1] + "\n")
    path.write_text("prompt: '{{ inclde }}" + "x" * (old.st_size - 23) + "'\n")
    assert path.stat().st_size == old.st_size
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert ("prompts/a.yaml", "T302") in lint(basalt)


def test_a_deleted_partial_and_a_link_are_noticed(basalt: Basalt, aged: Repo) -> None:
    assert lint(basalt) == []
    partial = aged.path / "prompts/partials/voice.md"
    partial.unlink()
    assert lint(basalt) == [("prompts/a.yaml", "T306")]
    partial.symlink_to("/etc/hostname")
    assert lint(basalt) == lint(basalt, "--no-cache") == [("prompts/a.yaml", "T306")]


def test_policy_and_version_are_part_of_the_key(basalt: Basalt, aged: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    aged.write("prompts/bad.yaml", "prompt: '{{ nme }}'\n")
    assert lint(basalt) == [("prompts/bad.yaml", "T302")]
    aged.write("basalt.yaml", aged.read("basalt.yaml") + "lint: {ignore: [T302]}\n")
    assert lint(basalt) == []
    aged.write("basalt.yaml", aged.read("basalt.yaml").replace("ignore: [T302]", "severity: {T302: info}"))
    assert basalt("lint", "--format", "json").json["findings"][0]["severity"] == "info"
    before = set(stores(aged))
    monkeypatch.setattr("basalt_cli._version.__version__", "99.0")
    # A process has one version, and asks for it once.
    describe_tools.cache_clear()
    basalt("lint")
    describe_tools.cache_clear()
    assert len(set(stores(aged)) - before) == 1


@pytest.mark.parametrize("kind", ["lint", "report"])
def test_a_damaged_store_is_no_store(basalt: Basalt, aged: Repo, kind: str) -> None:
    aged.write("prompts/bad.yaml", "prompt: '{{ nme }}'\n")
    age(aged)
    found = lint(basalt)
    assert found == [("prompts/bad.yaml", "T302")]
    (store,) = stores(aged, kind)
    good = store.read_bytes()
    for damage in (b"", b"{}", good[:-20], good.replace(b"bad.yaml", b"bAd.yaml"), good[:70] + b"[]"):
        for path in (*stores(aged), *stores(aged, "report")):
            path.unlink()
        store.write_bytes(damage)
        assert lint(basalt) == found
        assert store.read_bytes() == good


def test_a_cache_in_the_tree_is_ignored(basalt: Basalt, aged: Repo) -> None:
    """A branch that brings a well-formed report without findings is not believed."""
    aged.write("prompts/a.yaml", CHANGED)
    age(aged)
    assert lint(basalt) == [("prompts/a.yaml", "T302")]
    (report,) = stores(aged, "report")
    identity, entries = json.loads(report.read_bytes().partition(b"\n")[2])
    entries["prompts"][1] = []
    shutil.rmtree(aged.path / ".git/basalt")
    for folder in (".basalt_cache", "basalt", "prompts"):
        write_sealed(aged.path / folder / report.name, identity, entries)
    assert lint(basalt) == [("prompts/a.yaml", "T302")]
    # The forgery is a good one: it is believed where only basalt writes.
    write_sealed(report, identity, entries)
    (aged.path / "prompts" / report.name).unlink()
    assert lint(basalt) == []


def test_a_folder_that_cannot_be_written_to_only_costs_time(basalt: Basalt, aged: Repo) -> None:
    (aged.path / ".git/basalt").write_text("a file\n")
    assert lint(basalt) == lint(basalt) == []
    assert (aged.path / ".git/basalt").read_text() == "a file\n"


def test_a_link_in_place_of_the_folder_is_not_followed(basalt: Basalt, aged: Repo, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (aged.path / ".git/basalt").symlink_to(tmp_path / "elsewhere")
    assert lint(basalt) == []
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_oldest_stores_are_deleted(basalt: Basalt, aged: Repo) -> None:
    for number in range(14):
        aged.write("basalt.yaml", f"trunk: main\n# {number}\n")
        basalt("lint")
    assert len(stores(aged)) == len(stores(aged, "report")) == 12


def test_worktrees_and_projects_of_one_repository_have_their_own(
    basalt: Basalt, aged: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged.commit("All")
    aged.git("worktree", "add", "--quiet", str(tmp_path / "second"))
    second = Repo(tmp_path / "second")
    second.write("prompts/a.yaml", CHANGED)
    second.write("inner/basalt.yaml", aged.read("basalt.yaml"))
    second.write("inner/prompts/b.yaml", "prompt: '{{ style }}'\n")
    for _ in range(2):
        assert lint(basalt) == []
        monkeypatch.chdir(second.path)
        assert lint(basalt) == [("prompts/a.yaml", "T302")]
        monkeypatch.chdir(second.path / "inner")
        assert lint(basalt) == [("prompts/b.yaml", "T302")]
        monkeypatch.chdir(aged.path)
    assert len(stores(aged)) == 3


def test_outside_a_repository_the_users_cache_remembers(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Repo(tmp_path / "plain")
    plain.write("basalt.yaml", "trunk: main\n")
    plain.write("prompts/a.yaml", "prompt: '{{ tone }}'\n")
    monkeypatch.chdir(plain.path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    age(plain)
    first = basalt("lint", code=1)
    folder = find_folder(plain.path.resolve())
    assert folder is not None
    assert folder.parent == tmp_path / "cache" / "basalt"
    assert sorted(path.name.partition("-")[0] for path in folder.iterdir()) == ["lint", "report"]
    assert sorted(path.name for path in plain.path.iterdir()) == ["basalt.yaml", "prompts"]
    monkeypatch.setattr("basalt_cli.cli.main._dispatch", lambda _: 99)
    assert basalt("lint", code=1) == first


def test_without_a_cache_folder_nothing_is_remembered(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Repo(tmp_path / "plain")
    plain.write("basalt.yaml", "trunk: main\n")
    plain.write("prompts/a.yaml", "prompt: '{{ tone }}'\n")
    monkeypatch.chdir(plain.path)
    for value in ("relative", "/proc/basalt", str(plain.path / ".cache")):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert lint(basalt) == lint(basalt) == [("prompts/a.yaml", "T302")]
    assert sorted(path.name for path in plain.path.iterdir()) == ["basalt.yaml", "prompts"]


def test_a_file_that_changes_while_it_is_linted_is_linted_again(
    basalt: Basalt, aged: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_and_combine(source: Source, linted: dict[str, Linted], rest: Iterable[Finding]) -> LintReport:
        aged.write("prompts/a.yaml", CHANGED)
        return combine(source, linted, rest)

    monkeypatch.setattr("basalt_cli.lint.cache.combine", write_and_combine)
    assert lint(basalt) == []
    assert stores(aged) == []
    monkeypatch.setattr("basalt_cli.lint.cache.combine", combine)
    assert lint(basalt) == [("prompts/a.yaml", "T302")]


def test_many_lints_at_once_agree(aged: Repo) -> None:
    for number in range(120):
        aged.write(f"prompts/p{number}.yaml", f"prompt: '{{{{ x{number} }}}}'\n")
    command = [str(Path(sys.executable).parent / "basalt"), "lint", "--format", "concise"]
    running = [
        subprocess.Popen(command, cwd=aged.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)
    ]
    outputs = {process.communicate()[0] for process in running}
    assert len(outputs) == 1
    assert outputs.pop().count(b"\n") == 120
