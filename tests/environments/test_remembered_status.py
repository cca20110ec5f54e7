"""The remembered status is the status, or is not used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from basalt_cli.environments import status as computing
from basalt_cli.environments.remembered_status import find_status, read_status
from basalt_cli.model.status import Status
from basalt_cli.stores.sealed_file import write_sealed
from basalt_cli.workspace.project import open_project

from tests.support import PROMPT, Repo, make_repo

COUNT = 50


@pytest.fixture
def crowd(tmp_path: Path) -> Repo:
    """Many prompts, two of which run in staging."""
    repo = make_repo(tmp_path / "crowd", {f"prompts/p{n}.yaml": PROMPT for n in range(COUNT)})
    first = repo.head
    second = repo.commit("Edit", {"prompts/p1.yaml": PROMPT.replace("Hello", "Hey")})
    project = open_project(repo.path)
    digests = [{prompt.slug: prompt.latest for prompt in read_status(project).prompts}[f"p{n}"] for n in range(2)]
    project.close()
    assert digests[0] is not None
    assert digests[1] is not None
    pointers = "".join(
        f"    p{n}:\n      version: {commit}\n      digest: {version.digest}\n"
        for n, commit, version in ((0, first, digests[0]), (1, second, digests[1]))
    )
    repo.commit("Deploy", {"deployments.yaml": f"format: 1\nenvironments:\n  staging:\n{pointers}"})
    return repo


def read(repo: Repo) -> Status:
    project = open_project(repo.path)
    try:
        return read_status(project)
    finally:
        project.close()


def store_of(repo: Repo) -> Path:
    return max((repo.path / ".git/basalt").glob("status-*.json"), key=lambda path: path.stat().st_mtime_ns)


def test_it_equals_the_computed_one(crowd: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    computed = read(crowd)
    assert {slug for prompt in computed.prompts for slug in [prompt.slug] if prompt.environments} == {"p0", "p1"}
    monkeypatch.delattr(computing, "compute_status")
    again = read(crowd)
    assert again == computed
    assert repr(again) == repr(computed)
    project = open_project(crowd.path)
    assert find_status(project) == computed
    project.close()


def test_another_tag_or_policy_has_its_own(crowd: Repo) -> None:
    read(crowd)
    for change in ("tag", "policy"):
        if change == "tag":
            crowd.git("tag", "-a", "-m", "Release", "p0@v1.0.0", "HEAD~2")
        else:
            crowd.write("basalt.yaml", crowd.read("basalt.yaml").replace("staging: {}", "staging: {confirm: true}"))
        project = open_project(crowd.path)
        assert find_status(project) is None
        assert read_status(project).prompts[0].slug == "p0"
        project.close()


@pytest.mark.parametrize("damage", ["", "[]", "null", '{"status": 7}', '{"status": [["staging"], [["p0"]], []]}'])
def test_a_foreign_value_is_computed_again(crowd: Repo, damage: str) -> None:
    computed = read(crowd)
    path = store_of(crowd)
    good = path.read_bytes()
    if damage:
        identity, _ = json.loads(good.partition(b"\n")[2])
        write_sealed(path, identity, json.loads(damage))
    else:
        path.write_bytes(good[:-9])
    assert read(crowd) == computed
    assert path.read_bytes() == good


def test_few_prompts_are_not_remembered(repo: Repo) -> None:
    assert len(read(repo).prompts) == 1
    assert not (repo.path / ".git/basalt").exists()
