"""The state of the trunk: what is read, and how often."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError
from basalt_cli.model.pointer import Pointer
from basalt_cli.pointers.trunk_state import TrunkState, fetch_state
from basalt_cli.workspace.project import Project

from tests.cli.checking import Basalt, OpenAt
from tests.support import CONFIG, PROMPT, Repo

TAGS = CONFIG + "deployments: tags\n"


def test_an_unused_state_reads_nothing(project: Project) -> None:
    TrunkState(project)
    assert "repository" not in project.__dict__
    assert "objects" not in project.__dict__


def test_files_of_the_trunk_are_read_once(
    repo: Repo, basalt: Basalt, monkeypatch: pytest.MonkeyPatch, open_at: OpenAt
) -> None:
    basalt("promote", "greeting", "--to", "staging")
    reads: list[str] = []
    original = Project.read_committed

    def note(self: Project, commit: str, name: str) -> bytes | None:
        reads.append(name)
        return original(self, commit, name)

    monkeypatch.setattr(Project, "read_committed", note)
    state = TrunkState(open_at(repo.path))
    for _ in range(3):
        assert list(state.pointers["staging"]) == ["greeting"]
        assert state.policy.trunk == "main"
        assert state.reader is state.reader
    assert reads == ["basalt.yaml", "deployments.yaml"]
    state.checkout.close()


@pytest.mark.parametrize(
    "command",
    [
        ("promote", "--all", "--to", "production", "--dry-run"),
        ("rollback", "*", "--env", "staging", "--to", "nothing", "--dry-run"),
        ("diff", "--env", "staging"),
        ("resolve", "greeting@staging"),
        ("render", "greeting@staging", "--var", "name=Ada"),
        ("list",),
        ("status",),
        ("log", "greeting"),
        ("codegen", "python", "--env", "staging"),
        ("bundle", "--env", "staging", "--output", "bundle.json"),
    ],
)
def test_a_command_parses_each_file_of_the_trunk_at_most_once(
    repo: Repo, basalt: Basalt, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    repo.commit("More", {f"prompts/p{number}.yaml": PROMPT for number in range(5)})
    basalt("promote", "--all", "--to", "staging")
    reads: list[tuple[str, str]] = []
    original = Project.read_committed

    def note(self: Project, commit: str, name: str) -> bytes | None:
        reads.append((commit, name))
        return original(self, commit, name)

    monkeypatch.setattr(Project, "read_committed", note)
    basalt(*command)
    assert len(reads) == len(set(reads)), reads


def test_without_a_trunk_there_are_no_pointers(repo: Repo, tmp_path: Path, open_at: OpenAt) -> None:
    repo.git("branch", "-m", "main", "other")
    state = TrunkState(open_at(repo.path))
    assert (state.found, state.pointers) == (None, {})
    with pytest.raises(BasaltError, match="the trunk 'main' is not in this clone"):
        _ = state.trunk
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/basalt.yaml").write_text(CONFIG)
    assert TrunkState(open_at(tmp_path / "plain")).pointers == {}


def test_the_backend_is_the_trunks(repo: Repo, basalt: Basalt, open_at: OpenAt) -> None:
    repo.commit("Tags", {"basalt.yaml": TAGS})
    basalt("promote", "greeting", "--to", "staging")
    repo.write("basalt.yaml", CONFIG)
    state = TrunkState(open_at(repo.path))
    assert list(state.pointers) == ["staging"]
    assert type(state.reader).__name__ == "TagReader"
    assert type(state.open_writer()).__name__ == "TagWriter"


def test_tags_need_the_project_at_the_top(repo: Repo, open_at: OpenAt) -> None:
    repo.commit("Below", {"inner/basalt.yaml": TAGS, "inner/prompts/x.yaml": PROMPT})
    state = TrunkState(open_at(repo.path / "inner"))
    with pytest.raises(BasaltError) as raised:
        _ = state.reader
    assert raised.value.message == "inner/ shares the repository's tags with other projects, so pointers cannot be tags"


def test_what_another_state_of_the_same_commit_read_is_reused(repo: Repo, basalt: Basalt, open_at: OpenAt) -> None:
    basalt("promote", "greeting", "--to", "staging")
    known = TrunkState(open_at(repo.path))
    assert known.pointers != {}
    same = TrunkState(open_at(repo.path))
    same.reuse(known)
    assert same.pointers is known.pointers
    assert same.policy is known.policy
    repo.commit("Later")
    later = TrunkState(open_at(repo.path))
    later.reuse(known)
    assert later.pointers is not known.pointers
    later.reuse(None)


def test_pointer_tags_are_read_anew_though_the_commit_stays(repo: Repo, basalt: Basalt, open_at: OpenAt) -> None:
    repo.commit("Tags", {"basalt.yaml": TAGS})
    known = TrunkState(open_at(repo.path))
    assert known.pointers == {}
    basalt("promote", "greeting", "--to", "staging")
    state = TrunkState(open_at(repo.path))
    state.reuse(known)
    assert isinstance(state.pointers["staging"]["greeting"], Pointer)


def test_a_fetched_state_is_the_remotes(repo: Repo, tmp_path: Path, basalt: Basalt, open_at: OpenAt) -> None:
    repo.git("clone", "--quiet", ".", str(tmp_path / "clone"))
    basalt("promote", "greeting", "--to", "staging")
    project = open_at(tmp_path / "clone")
    assert TrunkState(project).pointers == {}
    state, remote = fetch_state(project, "")
    assert (remote, state.commit, list(state.pointers)) == ("origin", repo.head, ["staging"])
    with pytest.raises(BasaltError, match="there is no remote 'nowhere'"):
        fetch_state(project, "nowhere")
