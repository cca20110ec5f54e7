"""The prompts of an environment, and of the working tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli import Basalt, SourceError
from basalt_cli.delivery.bundle_file import BundleReader, format_bundle
from basalt_cli.delivery.bundling import build_bundle
from basalt_cli.delivery.deployed_prompts import list_deployed, list_edited
from basalt_cli.errors import NotFoundError
from basalt_cli.workspace.project import open_project

from tests.client.shop import make_shop, run
from tests.support import Repo, make_repo

POLICY = "trunk: main\nprompts: {folder}\nenvironments:\n  staging: {{}}\n"


@pytest.fixture
def moved(tmp_path: Path) -> Repo:
    """A repository whose trunk keeps its prompts in texts/, and whose checked-out branch keeps them in prompts/."""
    files = {"basalt.yaml": POLICY.format(folder="texts"), "texts/greeting.yaml": "prompt: Of the trunk\n"}
    repo = make_repo(tmp_path / "moved", files)
    run(repo, "promote", "greeting", "--to", "staging")
    repo.git("switch", "--quiet", "--create", "side")
    repo.git("mv", "texts", "prompts")
    side = {"basalt.yaml": POLICY.format(folder="prompts"), "prompts/greeting.yaml": "prompt: Of the branch\n"}
    repo.commit("Move the folder", side)
    return repo


def test_an_environment_is_read_in_the_folder_that_the_trunk_names(moved: Repo) -> None:
    project = open_project(moved.path)
    deployed = list_deployed(project, "staging", ())
    project.close()
    assert [prompt.templates[0].text for prompt in deployed] == ["Of the trunk"]


def test_a_bundle_and_generated_code_read_the_same_folder(moved: Repo) -> None:
    project = open_project(moved.path)
    bundle = build_bundle(project, ("staging",), ())
    project.close()
    project = open_project(moved.path)
    deployed = list_deployed(project, "staging", ())
    project.close()
    reader = BundleReader(format_bundle(bundle))
    (version,) = reader.list_versions("greeting")
    content = reader.read_version("greeting", version)
    assert content is not None
    assert content.closure.source == b"prompt: Of the trunk\n"
    assert [prompt.slug for prompt in deployed] == list(reader.list_slugs("staging"))


def test_the_working_tree_is_read_in_its_own_folder(moved: Repo) -> None:
    project = open_project(moved.path)
    edited = list_edited(project, ())
    project.close()
    assert [prompt.templates[0].text for prompt in edited] == ["Of the branch"]


def test_a_bare_repository_is_read_in_the_folder_that_its_trunk_names(moved: Repo, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    # HEAD of the bare clone is the branch with the other folder.
    moved.git("clone", "--quiet", "--bare", str(moved.path), str(bare))
    project = open_project(bare)
    edited = list_edited(project, ())
    project.close()
    assert [prompt.templates[0].text for prompt in edited] == ["Of the trunk"]


@pytest.mark.parametrize("kind", ["repository", "bundle", "copy"])
def test_messages_of_the_sdk_name_the_folder_that_the_trunk_names(
    moved: Repo, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASALT_CACHE_DIR", str(tmp_path / "cache"))
    moved.git("switch", "--quiet", "main")
    moved.commit("Use a variable", {"texts/greeting.yaml": "variables: {n: any}\nprompt: '{{ n / 0 }}'\n"})
    run(moved, "promote", "greeting", "--to", "staging")
    source = moved.path
    if kind == "bundle":
        source = tmp_path / "prompts.bundle.json"
        run(moved, "bundle", "--env", "staging", "-o", str(source))
    client = Basalt(source)
    prompt = client.prompts.get_sync("greeting", tag="staging")
    if kind == "copy":
        moved.path.rename(tmp_path / "gone")
        prompt = Basalt(source).prompts.get_sync("greeting", tag="staging")
        assert prompt.source == "disk"
    with pytest.raises(Exception, match=r"^\w+:texts/greeting\.yaml:2:\d+: "):
        prompt.compile_variables({"n": 1})


def test_an_unsound_prompt_is_reported_in_the_folder_that_the_trunk_names(moved: Repo) -> None:
    moved.git("switch", "--quiet", "main")
    moved.commit("Break it", {"texts/greeting.yaml": "prompt: [\n"})
    with pytest.raises(SourceError, match=r"texts/greeting\.yaml:2:1: "):
        Basalt(moved.path, cache=False).prompts.get_sync("greeting", tag="latest")


def test_a_pattern_that_names_nothing_there_is_refused(tmp_path: Path) -> None:
    repo = make_shop(tmp_path / "shop")
    project = open_project(repo.path)
    with pytest.raises(NotFoundError) as caught:
        list_deployed(project, "production", ("greting",))
    assert caught.value.message == "no prompt 'greting' runs in production"
    assert caught.value.hint == "Did you mean 'greeting'? Prompts there: greeting, plain, support/reply."
    with pytest.raises(NotFoundError, match="there is no environment 'prod' on main"):
        list_deployed(project, "prod", ())
    assert [prompt.slug for prompt in list_deployed(project, "production", ("support/*", "plain"))] == [
        "plain",
        "support/reply",
    ]
    project.close()
