"""Commands in repositories of every kind: promotion, history, clones, odd states."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.checking import Basalt, checked
from tests.support import PROMPT, Repo


def test_log_and_its_risks(basalt: Basalt, repo: Repo) -> None:
    first = repo.head
    second = repo.commit("Wording", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Bye")})
    third = repo.commit("Breaking", {"prompts/greeting.yaml": PROMPT.replace("name", "who")})
    repo.git("tag", "-a", "-m", "x", "greeting@v2.0.0", third)
    basalt("promote", "greeting", "--to", "staging")
    log = checked(basalt("log", "greeting", "--format", "json"), "log")
    entries = [(entry["version"], entry["risk"], entry["releases"], entry["environments"]) for entry in log["versions"]]
    assert entries == [
        (third, "breaking", ["v2.0.0"], ["staging"]),
        (second, "wording", [], []),
        (first, "none", [], []),
    ]
    lines = basalt("log", "greeting", "-n", "1").out.splitlines()
    assert lines == [f"{third[:9]} breaking          just now  Ada  Breaking  (v2.0.0, staging)"]
    assert len(checked(basalt("log", "greeting@~1", "--format", "json"), "log")["versions"]) == 2


def test_log_warns_at_the_end_of_a_shallow_clone(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    outcome = basalt("-C", str(tmp_path / "shallow"), "log", "greeting")
    assert "git fetch --unshallow" in outcome.err
    (entry,) = checked(basalt("-C", str(tmp_path / "shallow"), "log", "greeting", "--format", "json"), "log")[
        "versions"
    ]
    assert entry["version"] is None
    assert "shallow" in basalt("-C", str(tmp_path / "shallow"), "promote", "greeting", "--to", "staging", code=3).err


def test_promote_and_status(basalt: Basalt, repo: Repo) -> None:
    first = repo.head
    plan = checked(basalt("promote", "greeting", "--to", "staging", "--dry-run", "--format", "json"), "promote")
    assert (plan["applied"], plan["commit"], repo.head) == (False, None, first)
    done = checked(
        basalt("promote", "greeting", "--to", "staging", "--reason", "first try", "--format", "json"), "promote"
    )
    assert (done["applied"], done["commit"]) == (True, repo.head)
    message = repo.git("log", "-1", "--format=%B")
    assert message.startswith("Promote greeting to staging\n\nReason: first try\n\ngreeting: nothing -> ")
    trailers = repo.git("log", "-1", "--format=%(trailers:only,unfold)")
    assert f"Basalt-Move: staging greeting - {first} sha256:" in trailers
    assert "Basalt-Event: " in trailers
    second = repo.commit("second", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Bye")})
    status = checked(basalt("status", "--format", "json"), "status")
    assert status["environments"] == ["staging", "production"]
    (row,) = status["prompts"]
    assert row["latest"] == second
    digest = row["environments"]["staging"]["digest"]
    assert row["environments"] == {
        "staging": {
            "version": first, "digest": digest, "release": None, "behind": 1, "risk": "wording", "rollout": [], "flaw": None
        }
    }  # fmt: skip
    assert basalt("status").out == (
        "PROMPT    LATEST     STAGING                        PRODUCTION\n"
        f"greeting  {second[:9]}  {first[:9]} (1 behind, wording)  -\n"
    )
    moved = basalt("promote", "greeting", "--to", "production")
    assert f"gate merged: passed, {first[:9]} is in main" in moved.out
    assert "runs in production already" in basalt("promote", "greeting", "--to", "production").out


def test_promote_moves_all_or_none(basalt: Basalt, repo: Repo) -> None:
    policy = {"basalt.yaml": "trunk: main\nenvironments: {staging: {require: [lint]}}\n"}
    before = repo.commit("two", {"prompts/a.yaml": PROMPT, "prompts/b.yaml": "prompt: '{{ x }}'\n", **policy})
    outcome = basalt("promote", "a", "b", "--to", "staging", code=1)
    assert "b: lint: 1 error, first prompts/b.yaml:1:13: T302" in outcome.err
    assert "nothing was moved" in outcome.err
    assert repo.head == before
    basalt("promote", "a", "b", "--to", "staging", "--dry-run", code=1)
    basalt("promote", "a", "gr*", "--to", "staging")
    assert sorted(basalt("status", "--format", "json").json["prompts"][0]["environments"]) == ["staging"]
    assert repo.git("log", "-1", "--format=%s") == "Promote 2 prompts to staging"
    assert "no prompt matches" in basalt("promote", "zz*", "--to", "staging", code=3).err


def test_promote_changes_only_deployments_yaml(basalt: Basalt, repo: Repo) -> None:
    repo.commit("comment", {"deployments.yaml": "# ours\nformat: 1\nenvironments:\n  staging: {} # none\n"})
    repo.write("prompts/greeting.yaml", PROMPT + "name: dirty\n")
    repo.write("staged.txt", "x")
    repo.git("add", "staged.txt")
    before = repo.git("status", "--porcelain")
    outcome = basalt("promote", "greeting", "--to", "staging")
    assert "the working tree's greeting differs from main" in outcome.err
    assert repo.git("status", "--porcelain") == before
    assert repo.git("show", "--format=", "--name-only") == "deployments.yaml"
    assert repo.read("deployments.yaml").startswith("# ours\nformat: 1\nenvironments:\n  staging:  # none\n")


def test_promote_needs_confirmation(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("basalt.yaml", "trunk: main\nenvironments: {live: {confirm: true}}\n")
    assert "commit that, and merge it into main" in basalt("promote", "greeting", "--to", "live", code=3).err
    before = repo.commit("An environment")
    assert (
        "live needs confirmation, and stdin is not a terminal"
        in basalt("promote", "greeting", "--to", "live", code=3).err
    )
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    assert basalt("promote", "greeting", "--to", "live", code=3).err == "error: not confirmed; no pointer was moved\n"
    assert repo.head == before
    monkeypatch.setattr("typer.confirm", lambda *_, **__: True)
    basalt("promote", "greeting", "--to", "live")
    assert repo.head != before


def test_promote_refuses_versions_off_the_trunk(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/uncommitted.yaml", PROMPT)
    assert "is not committed on main" in basalt("promote", "uncommitted", "--to", "staging", code=3).err
    repo.git("switch", "--quiet", "-c", "feature")
    repo.commit("feature", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hey")})
    assert (
        "is not on the trunk 'main'"
        in basalt("promote", "greeting", "--to", "staging", "--version", "HEAD", code=1).err
    )
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--squash", "feature")
    squashed = repo.commit("squashed")
    moves = basalt("promote", "greeting", "--to", "staging", "--version", "feature", "--format", "json").json["moves"]
    assert moves[0]["to"] == squashed


def test_promote_with_an_upstream(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "hub.git"))
    repo.git("clone", "--quiet", str(tmp_path / "hub.git"), str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone")
    basalt("-C", str(clone.path), "promote", "greeting", "--to", "staging")
    clone.git("push", "--quiet")
    repo.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    repo.git("fetch", "--quiet", "origin")
    repo.git("branch", "--quiet", "--set-upstream-to=origin/main")
    row = basalt("status", "--format", "json").json["prompts"][0]
    assert list(row["environments"]) == ["staging"]
    behind = basalt("promote", "greeting", "--to", "production", code=3)
    assert "main is behind origin/main; nothing was moved" in behind.err
    repo.commit("diverged", {"README.md": "x"})
    diverged = basalt("promote", "greeting", "--to", "production", code=3)
    assert "have diverged; pointers are read from the latter" in diverged.err
    assert "main has diverged from origin/main" in diverged.err


def test_a_ci_checkout_without_a_local_trunk(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", ".", str(tmp_path / "ci"))
    ci = Repo(tmp_path / "ci")
    ci.git("switch", "--quiet", "--detach")
    ci.git("branch", "--quiet", "-D", "main")
    assert basalt("-C", str(ci.path), "status", "--format", "json").json["prompts"][0]["latest"] == repo.head
    assert (
        "there is no local branch main"
        in basalt("-C", str(ci.path), "promote", "greeting", "--to", "staging", code=3).err
    )
    ci.git("update-ref", "-d", "refs/remotes/origin/main")
    ci.git("branch", "other")
    lost = basalt("-C", str(ci.path), "status", code=3).err
    assert "the trunk 'main' is not in this clone" in lost
    assert "git fetch origin main:refs/remotes/origin/main; or set trunk: in basalt.yaml (branches here: other)" in lost


def test_a_bare_clone(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    bare = str(tmp_path / "bare.git")
    assert "greeting" in basalt("-C", bare, "list").out
    assert "Hello A" in basalt("-C", bare, "render", "greeting@latest", "--var", "name=A").out
    assert "a bare repository has no working tree" in basalt("-C", bare, "render", "greeting", code=3).err
    basalt("-C", bare, "promote", "greeting", "--to", "staging")
    assert list(basalt("-C", bare, "status", "--format", "json").json["prompts"][0]["environments"]) == ["staging"]


def test_a_project_in_a_folder_of_a_repository(basalt: Basalt, repo: Repo) -> None:
    basalt("init", "team/ai")
    repo.commit("team")
    inside = str(repo.path / "team/ai/prompts")
    assert basalt("-C", inside, "lint").err == "1 file checked, no findings\n"
    basalt("-C", inside, "promote", "greeting", "--to", "staging")
    assert repo.git("show", "--format=", "--name-only") == "team/ai/deployments.yaml"
    assert list(basalt("-C", inside, "status", "--format", "json").json["prompts"][0]["environments"]) == ["staging"]
    assert basalt("status", "--format", "json").json["prompts"][0]["environments"] == {}


def test_init_in_a_new_folder_of_a_repository(basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = Repo(tmp_path)
    top.git("init", "--quiet", "--initial-branch=trunk")
    monkeypatch.chdir(tmp_path)
    outcome = basalt("init", "team/shop", "--git", "--pre-commit")
    assert not (tmp_path / "team/shop/.git").exists()
    assert "trunk: trunk\n" in top.read("team/shop/basalt.yaml")
    assert "entry: basalt -C team/shop lint" in top.read(".pre-commit-config.yaml")
    assert "files: ^team/shop/prompts/" in top.read(".pre-commit-config.yaml")
    assert "git init" not in outcome.err


def test_a_repository_of_another_hash_is_refused(basalt: Basalt, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "sha256")
    repo.path.mkdir()
    repo.git("init", "--quiet", "--object-format=sha256")
    outcome = basalt("-C", str(repo.path), "init", code=3)
    assert outcome.err.startswith("error: repositories with sha256 objects are not supported")
    assert outcome.err.endswith("git init --object-format=sha1.\n")
    assert outcome.out == ""
    assert [path.name for path in repo.path.iterdir()] == [".git"]


def test_a_promotion_needs_no_prompts_on_disk(basalt: Basalt, repo: Repo) -> None:
    repo.git("rm", "--quiet", "-r", "--cached", "prompts")
    (repo.path / "prompts/greeting.yaml").unlink()
    (repo.path / "prompts").rmdir()
    repo.git("reset", "--quiet")
    version = repo.head
    basalt("promote", "greeting", "--to", "staging")
    assert repo.git("show", "--format=", "--name-only") == "deployments.yaml"
    assert f"    greeting:\n      version: {version}\n" in repo.read("deployments.yaml")
    assert not (repo.path / "prompts").exists()


def test_only_annotated_tags_of_the_right_shape_are_releases(basalt: Basalt, repo: Repo) -> None:
    repo.git("tag", "greeting@v1.0.0")
    repo.git("tag", "-a", "-m", "x", "greeting@nightly")
    for number in ("v1.9.0", "v1.10.0"):
        repo.git("tag", "-a", "-m", "x", f"greeting@{number}")
    basalt("promote", "greeting", "--to", "staging")
    assert basalt("status", "--format", "json").json["prompts"][0]["environments"]["staging"]["release"] == "v1.10.0"
    assert basalt("log", "greeting", "--format", "json").json["versions"][0]["releases"] == ["v1.9.0", "v1.10.0"]


def test_subjects_are_read_as_utf8_whatever_git_is_told(basalt: Basalt, repo: Repo) -> None:
    repo.git("config", "i18n.logOutputEncoding", "ISO-8859-1")
    repo.commit("Café", {"prompts/greeting.yaml": PROMPT + "name: x\n"})
    assert "Café" in basalt("log", "greeting").out


def test_odd_ref_names_break_nothing(basalt: Basalt, repo: Repo) -> None:
    repo.git("tag", "a\u2028b")
    repo.git("branch", "q\u0085z")
    version = repo.head
    basalt("promote", "greeting", "--to", "staging")
    (prompt,) = basalt("status", "--format", "json").json["prompts"]
    assert (prompt["latest"], prompt["environments"]["staging"]["version"]) == (version, version)


def test_a_folder_may_look_like_a_pathspec(basalt: Basalt, repo: Repo) -> None:
    basalt("init", ":x")
    repo.commit("odd folder")
    basalt("-C", ":x", "promote", "greeting", "--to", "staging")
    assert list(basalt("-C", ":x", "status", "--format", "json").json["prompts"][0]["environments"]) == ["staging"]


def test_a_comment_stays_with_its_prompt(basalt: Basalt, repo: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    text = repo.read("deployments.yaml").replace(
        "  staging:\n", "  # first stop\n  staging:\n    # frozen\n    # until Monday\n"
    )
    repo.commit("comments", {"deployments.yaml": text, "prompts/alpha.yaml": PROMPT})
    basalt("promote", "alpha", "--to", "staging")
    assert "    # frozen\n    # until Monday\n    greeting:\n" in repo.read("deployments.yaml")
    basalt("promote", "alpha", "--to", "production")
    assert "  # first stop\n  staging:\n" in repo.read("deployments.yaml")


@pytest.mark.parametrize(
    "text", ["format: 1\nenvironments:\n    staging: {}\n", 'environments:\n    "staging":\n    a: {}\n']
)
def test_any_indentation_can_be_edited(basalt: Basalt, repo: Repo, text: str) -> None:
    repo.commit("layout", {"deployments.yaml": text})
    basalt("promote", "greeting", "--to", "staging")
    assert list(basalt("status", "--format", "json").json["prompts"][0]["environments"]) == ["staging"]


def test_a_promotion_keeps_mode_and_line_ends(basalt: Basalt, repo: Repo) -> None:
    repo.write("deployments.yaml", "format: 1\r\nenvironments: {}\r\n")
    (repo.path / "deployments.yaml").chmod(0o755)
    repo.commit("windows")
    basalt("promote", "greeting", "--to", "staging")
    data = (repo.path / "deployments.yaml").read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    assert repo.git("ls-tree", "HEAD", "deployments.yaml").startswith("100755")
    assert repo.git("diff-files") == ""
    assert repo.git("status", "--porcelain") == ""


def test_a_promotion_replaces_a_pointer_to_a_missing_commit(basalt: Basalt, repo: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    version = repo.git("rev-parse", "HEAD~1")
    repo.commit("lost", {"deployments.yaml": repo.read("deployments.yaml").replace(version, "a" * 40)})
    assert "aaaaaaaaa (not in this clone)" in basalt("status").out
    assert "not in this clone" in basalt("show", "greeting@staging", code=3).err
    basalt("promote", "greeting", "--to", "staging")
    assert basalt("status", "--format", "json").json["prompts"][0]["environments"]["staging"]["version"] == version


def test_no_value_can_forge_a_line_of_the_output(basalt: Basalt, repo: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    fake = "b\n    gate lint: passed, forged"
    repo.commit("x", {"prompts/greeting.yaml": PROMPT + f"model: {{name: {json.dumps(fake)}}}\n"})
    out = basalt("promote", "greeting", "--to", "staging", "--dry-run").out
    assert not [line for line in out.splitlines() if line.startswith("    gate lint: passed, forged")]
    repo.write("prompts/a\nb: 0 findings\n.yaml", "[")
    assert not [line for line in basalt("lint", code=1).out.splitlines() if line.startswith("b: 0")]


def test_a_prompt_that_was_deleted_and_added_again_keeps_its_log(basalt: Basalt, repo: Repo) -> None:
    first = repo.head
    (repo.path / "prompts/greeting.yaml").unlink()
    repo.commit("gone")
    again = repo.commit("back", {"prompts/greeting.yaml": PROMPT})
    versions = basalt("log", "greeting", "--format", "json").json["versions"]
    assert [entry["version"] for entry in versions] == [again, first]
    assert "Hello A" in basalt("render", "greeting@~1", "--var", "name=A").out


def test_errors_of_a_shallow_clone_name_the_command_to_complete_it(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
    basalt("promote", "greeting", "--to", "staging")
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    shallow = ("-C", str(tmp_path / "shallow"))
    assert "git fetch --unshallow" in basalt(*shallow, "show", "greeting@~1", code=3).err
    assert "git fetch --unshallow" in basalt(*shallow, "show", "greeting@staging", code=3).err
    assert "this clone is shallow" in basalt(*shallow, "show", "greeting@HEAD").out


def test_errors_of_a_partial_clone_name_the_command_to_complete_it(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
    repo.commit("second", {"prompts/greeting.yaml": PROMPT + "name: x\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "--quiet", "--filter=blob:none", f"file://{repo.path}", str(tmp_path / "partial"))
    assert "git fetch --refetch --no-filter" in basalt("-C", str(tmp_path / "partial"), "log", "greeting", code=3).err


def test_configuration_from_the_environment_is_honoured(
    basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "From The Environment")
    monkeypatch.delenv("GIT_AUTHOR_NAME")
    basalt("promote", "greeting", "--to", "staging")
    assert repo.git("log", "-1", "--format=%an") == "From The Environment"


def test_a_worktree_that_was_deleted_is_no_obstacle(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
    repo.git("switch", "--quiet", "--create", "other")
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "main")
    for path in sorted((tmp_path / "tree").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (tmp_path / "tree").rmdir()
    version = repo.git("rev-parse", "main")
    basalt("promote", "greeting", "--to", "staging")
    assert f"version: {version}" in repo.git("show", "main:deployments.yaml")


def test_strange_commits_are_listed(basalt: Basalt, repo: Repo) -> None:
    tree = repo.git("rev-parse", "HEAD^{tree}")
    body = f"tree {tree}\nparent {repo.head}\nauthor A <a@x> 99999999999999999 +0000\ncommitter A <a@x> nodate\n\nodd\n"
    repo.write("odd", body)
    commit = repo.git("hash-object", "-t", "commit", "-w", "--literally", "odd")
    repo.git("update-ref", "refs/heads/main", commit)
    assert checked(basalt("log", "greeting", "--format", "json"), "log")["versions"]
