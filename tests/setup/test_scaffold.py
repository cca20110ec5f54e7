"""A project and its prompts are created, and nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from basalt_cli.errors import BasaltError, UsageError
from basalt_cli.setup.scaffold import Made, add_attributes, find_surrounding, init_project, new_prompt
from basalt_cli.workspace.project import Project, open_project

from tests.cli.checking import Basalt
from tests.support import Repo


def init(folder: Path, *, with_pre_commit: bool = False) -> dict[str, str]:
    return {made.path: made.outcome for made in init_project(folder, with_git=False, with_pre_commit=with_pre_commit)}


def read_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_project_is_complete_and_passes_its_own_checks(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = init_project(tmp_path / "a/b", with_git=True, with_pre_commit=True)
    assert [(one.path, one.outcome) for one in made] == [
        (".git/", "made"), ("basalt.yaml", "made"), ("deployments.yaml", "made"), ("prompts/greeting.yaml", "made"),
        ("schemas/", "made"), (".gitattributes", "made"), (".pre-commit-config.yaml", "made"),
    ]  # fmt: skip
    repo = Repo(tmp_path / "a/b")
    assert repo.git("branch", "--show-current") == "main"
    assert "basalt merge-driver" in repo.git("config", "merge.basalt.driver")
    assert repo.read(".gitattributes") == "prompts/** text eol=lf\ndeployments.yaml merge=basalt\n"
    repo.commit("Start")
    monkeypatch.chdir(repo.path)
    basalt("lint")
    assert basalt("test").out == "1 case passed in 1 prompt\n"
    assert basalt("doctor", "--format", "json").json == {"diagnoses": [], "fixed": []}
    head = "# yaml-language-server: $schema=../schemas/prompt.schema.json\nname: Greeting\n"
    assert repo.read("prompts/greeting.yaml").startswith(head)


def test_a_second_init_changes_nothing(tmp_path: Path) -> None:
    init(tmp_path, with_pre_commit=True)
    before = read_files(tmp_path)
    assert set(init(tmp_path, with_pre_commit=True).values()) == {"kept"}
    assert read_files(tmp_path) == before


def test_files_that_exist_are_kept(repo: Repo) -> None:
    repo.write(".gitattributes", "*.png binary")
    repo.write(".pre-commit-config.yaml", "repos: []\n")
    before = read_files(repo.path)
    assert init(repo.path, with_pre_commit=True) == {
        "basalt.yaml": "kept", "deployments.yaml": "kept", "prompts/": "kept", "schemas/": "made",
        ".gitattributes": "added 'prompts/** text eol=lf' and 'deployments.yaml merge=basalt'",
        ".pre-commit-config.yaml": "kept",
    }  # fmt: skip
    after = read_files(repo.path)
    changed = {name for name in before if after[name] != before[name]}
    assert {name for name in changed if not name.startswith(".git/")} == {".gitattributes"}


def test_the_first_prompt_goes_where_basalt_yaml_says(tmp_path: Path) -> None:
    (tmp_path / "basalt.yaml").write_text("prompts: texts/prompts\n")
    assert init(tmp_path)["texts/prompts/greeting.yaml"] == "made"
    text = (tmp_path / "texts/prompts/greeting.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=../../schemas/prompt.schema.json\n")
    assert "texts/prompts/** text eol=lf\n" in (tmp_path / ".gitattributes").read_text()


def test_attributes_are_appended_on_lines_of_their_own(tmp_path: Path) -> None:
    assert add_attributes(tmp_path, "a", "b") == Made(".gitattributes", "made")
    assert add_attributes(tmp_path, "b", "a") == Made(".gitattributes", "kept")
    (tmp_path / ".gitattributes").write_bytes(b"a\r\nother")
    assert add_attributes(tmp_path, "a", "b") == Made(".gitattributes", "added 'b'")
    assert (tmp_path / ".gitattributes").read_bytes() == b"a\r\nother\nb\n"


@pytest.mark.parametrize(
    ("prepare", "trunk"),
    [
        ([], "main"),
        ([["branch", "-m", "master"]], "master"),
        ([["branch", "-m", "develop"]], "develop"),
        ([["switch", "-q", "-c", "feature"]], "main"),
        ([["update-ref", "refs/remotes/origin/trunk", "HEAD"],
          ["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]], "trunk"),
        ([["branch", "-m", "no"]], '"no"'),
    ],
)  # fmt: skip
def test_the_trunk_is_the_main_branch_of_the_repository(tmp_path: Path, prepare: list[list[str]], trunk: str) -> None:
    repo = Repo(tmp_path)
    repo.git("init", "--quiet", "--initial-branch=main")
    repo.commit("Start")
    for command in prepare:
        repo.git(*command)
    init(tmp_path)
    assert f"\ntrunk: {trunk}\n" in repo.read("basalt.yaml")


def test_hooks_are_configured_at_the_top_for_a_project_below(tmp_path: Path) -> None:
    Repo(tmp_path).git("init", "--quiet")
    assert init(tmp_path / "team a/x", with_pre_commit=True)[".pre-commit-config.yaml"] == "made"
    config = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text())
    lint, check = config["repos"][0]["hooks"]
    assert (lint["entry"], lint["files"]) == ("basalt -C 'team a/x' lint", r"^team\ a/x/prompts/")
    assert (check["entry"], check["stages"]) == ("basalt -C 'team a/x' check --message", ["commit-msg"])
    assert config["default_install_hook_types"] == ["pre-commit", "commit-msg"]


def test_a_file_in_the_place_of_a_folder_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "schemas").write_text("mine")
    with pytest.raises(BasaltError, match=rf"^{tmp_path}/schemas is not a folder; nothing was made$") as caught:
        init(tmp_path)
    assert caught.value.hint == "Rename that file."
    assert read_files(tmp_path) == {"schemas": b"mine"}
    with pytest.raises(UsageError, match=rf"^{tmp_path}/schemas is a file$"):
        init(tmp_path / "schemas")


def test_a_bare_repository_takes_no_project(tmp_path: Path) -> None:
    Repo(tmp_path).git("init", "--quiet", "--bare")
    with pytest.raises(BasaltError, match=r"^this is a bare repository, which has no working tree$") as caught:
        init(tmp_path)
    assert caught.value.hint == f"Clone it first: git clone {tmp_path}"


def test_the_repository_around_a_folder_that_does_not_exist_is_found(repo: Repo, tmp_path: Path) -> None:
    found = find_surrounding(repo.path / "not/yet")
    assert found is not None
    assert found.work_tree == str(repo.path)
    assert find_surrounding(tmp_path / "not/yet") is None


def test_a_new_prompt_passes_its_own_checks(project: Project, repo: Repo, basalt: Basalt) -> None:
    init(repo.path)
    path = new_prompt(project, "support/late_parcel-reply")
    assert path == repo.path / "prompts/support/late_parcel-reply.yaml"
    assert path.read_text().startswith(
        "# yaml-language-server: $schema=../../schemas/prompt.schema.json\nname: Late parcel reply\n"
    )
    basalt("lint")
    assert basalt("test", "support/late_parcel-reply").out == "1 case passed in 1 prompt\n"


def test_a_new_prompt_has_no_schema_comment_without_schemas(project: Project) -> None:
    assert new_prompt(project, "no").read_text().startswith('name: "No"\n')


def test_a_path_names_a_new_prompt_too(project: Project, repo: Repo) -> None:
    assert new_prompt(project, "prompts/a/b.yaml") == repo.path / "prompts/a/b.yaml"


def test_a_prompt_that_exists_is_kept(project: Project, repo: Repo) -> None:
    before = repo.read("prompts/greeting.yaml")
    with pytest.raises(BasaltError, match=r"^prompts/greeting\.yaml exists already$") as caught:
        new_prompt(project, "greeting")
    assert caught.value.hint == "Show it: basalt show greeting"
    assert repo.read("prompts/greeting.yaml") == before


def test_a_slug_that_is_none_is_refused(project: Project) -> None:
    with pytest.raises(UsageError, match=r"^'Bad Name' is not a slug: ") as caught:
        new_prompt(project, "Bad Name")
    assert caught.value.hint == "Example: basalt new support/reply"


def test_a_link_does_not_lead_a_new_prompt_out_of_the_folder(project: Project, repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (repo.path / "prompts/link").symlink_to(tmp_path / "outside")
    message = r"^prompts/link/a\.yaml is outside the prompts folder, because of a symbolic link$"
    with pytest.raises(BasaltError, match=message):
        new_prompt(project, "link/a")
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_bare_repository_takes_no_prompt(repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    project = open_project(tmp_path / "bare.git")
    with pytest.raises(BasaltError, match=r"^a bare repository has no working tree$") as caught:
        new_prompt(project, "a")
    assert caught.value.hint == f"Clone it first: git clone {tmp_path}/bare.git"
    project.close()
