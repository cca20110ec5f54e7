"""``basalt check`` where it runs: in hooks, for merge queues, in bare clones, before the first commit."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from basalt_cli.cli.reports.check import format_check
from basalt_cli.cli.reports.lint import Layout
from basalt_cli.model.case_result import PromptResult
from basalt_cli.model.check_report import CheckItem, CheckReport, Level
from basalt_cli.testing.run_one import check_cases
from basalt_cli.workspace.catalog import Catalog

from tests.check.shop import CALLER, POLICY, edit, items
from tests.cli.checking import Basalt, checked
from tests.support import Repo


def test_a_hook_checks_what_is_staged(basalt: Basalt, shop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(shop, "{{ message }}", "{{ mesage }}")
    shop.git("add", "--all")
    edit(shop, "{{ mesage }}", "{{ message }}")
    assert items(basalt, code=0) == []
    assert ("lint", "fail", "T302") in items(basalt, "--staged", code=1)
    monkeypatch.setenv("GIT_INDEX_FILE", str(shop.path / ".git" / "index"))
    monkeypatch.setenv("GIT_DIR", str(shop.path / ".git"))
    failed = basalt("check", code=1)
    assert "note: checking the index, because git runs this as a hook" in failed.err
    assert "T302" in failed.out


def test_what_a_merge_comes_to_is_checked(basalt: Basalt, shop: Repo) -> None:
    edit(shop, "{{ message }}\n", "{{ message }}\n  {{ limit }}\n")
    basalt("test", "--update")
    shop.commit("Say the limit")
    shop.git("switch", "--quiet", "main")
    # Each branch is valid, and their merge is not: main renames the variable that the branch uses once more.
    edit(shop, "limit: {type: integer, minimum: 1, maximum: 9", "most: {type: integer, minimum: 1, maximum: 9")
    edit(shop, "{{ limit }} sentences", "{{ most }} sentences")
    edit(shop, "limit: 3}", "most: 3}")
    basalt("test", "--update")
    shop.commit("Rename\n\nBasalt-Allow-Breaking: support/reply renamed")
    shop.git("switch", "--quiet", "branch")
    before = shop.git("status", "--porcelain"), shop.git("for-each-ref")
    assert items(basalt, code=0) == []
    merged = basalt("check", "--merge-into", "main", code=1).out
    assert merged.startswith(f"merge into main against {shop.git('rev-parse', 'main')[:9]}\n")
    undeclared = "prompts/support/reply.yaml:18:6: fail lint T302 the variable 'limit' is not declared\n"
    assert undeclared in merged
    assert "src/app.py:4:1: fail callers support/reply needs 'most', which this call does not pass\n" in merged
    assert (shop.git("status", "--porcelain"), shop.git("for-each-ref")) == before


def test_a_merge_that_conflicts_is_said(basalt: Basalt, shop: Repo) -> None:
    edit(shop, "Reply in a", "Answer in a")
    shop.commit("One")
    shop.git("switch", "--quiet", "main")
    edit(shop, "Reply in a", "Respond in a")
    shop.commit("Other")
    shop.git("switch", "--quiet", "branch")
    assert "HEAD cannot be merged into main: " in basalt("check", "--merge-into", "main", code=1).out


def test_links_among_callers_are_not_followed(basalt: Basalt, shop: Repo) -> None:
    (shop.path / "src" / "zero.py").symlink_to("/dev/zero")
    (shop.path / "src" / ".#app.py").symlink_to("nowhere")
    assert basalt("check").out.endswith("good to merge: 0 warnings; 0 prompts changed, 0 cases run\n")


def test_the_trailer_of_a_commit_that_is_being_made_counts(basalt: Basalt, shop: Repo, tmp_path: Path) -> None:
    edit(shop, "default: warm, ", "")
    edit(shop, "limit: 3}", "limit: 3, tone: warm}")
    edit(shop, '"limit": 3}', '"limit": 3, "tone": "warm"}', "src/app.py")
    shop.git("add", "--all")
    message = tmp_path / "COMMIT_EDITMSG"
    trailer = "Basalt-Allow-Breaking: support/reply all callers say their tone\n"
    message.write_text(f"No default\n\n{trailer}# Please enter\n# ---- >8 ----\n# {trailer}")
    passed = basalt("check", "--message", str(message))
    assert "(allowed: all callers say their tone)" in passed.out
    assert passed.out.startswith("index against ")
    # What git will not keep allows nothing: a comment, or what `git commit --verbose` shows below the scissors.
    for text in (f"No default\n\n# {trailer}", f"No default\n\n# ---- >8 ----\n{trailer}", ""):
        message.write_text(text)
        assert "fail breaking" in basalt("check", "--message", str(message), code=1).out
    shop.git("config", "core.commentChar", ";")
    message.write_text(f"No default\n\n{trailer}\n; a comment\n")
    basalt("check", "--message", str(message))
    message.write_text(f"No default\n\n; {trailer}")
    basalt("check", "--message", str(message), code=1)


def test_a_message_that_is_not_there_is_said(basalt: Basalt, shop: Repo) -> None:
    assert "--message nope: No such file" in basalt("check", "--message", "nope", code=2).err
    assert "exclude each other" in basalt("check", "--message", "x", "--merge-into", "main", code=2).err


def test_the_first_commit_of_a_repository_is_checked(basalt: Basalt, shop: Repo, tmp_path: Path) -> None:
    first = Repo(tmp_path / "first")
    first.path.mkdir()
    first.git("init", "--quiet", "--initial-branch=main")
    for name in ("basalt.yaml", "prompts/partials/voice.md", "prompts/support/reply.yaml", "src/app.py"):
        first.write(name, shop.read(name))
    os.chdir(first.path)
    basalt("test", "--update")
    first.git("add", "--all")
    assert "HEAD has no commit yet" in basalt("check", code=3).err
    assert "there is none yet" in basalt("check", "--staged", "--base", "HEAD", code=2).err
    assert basalt("check", "--staged").out.startswith("index against nothing\n")
    assert items(basalt, "--staged", code=0) == []
    edit(first, "{{ message }}", "{{ mesage }}")
    edit(first, '"limit": 3', '"most": 3', "src/app.py")
    first.git("add", "--all")
    found = items(basalt, "--staged", code=1)
    assert ("lint", "fail", "T302") in found
    assert ("callers", "fail", None) in found
    pointer = "{version: %s, digest: x}" % shop.head
    first.write("deployments.yaml", f"environments:\n  staging:\n    support/reply: {pointer}\n")
    first.git("add", "--all")
    assert "pointers" in {kind for kind, _, _ in items(basalt, "--staged", code=1)}


def test_callers_are_those_of_what_is_checked(basalt: Basalt, shop: Repo) -> None:
    wrong = '"message": "x", "limit": 3', '"text": "x", "limit": 3'
    edit(shop, *wrong, "src/app.py")
    shop.git("add", "--all")
    shop.git("restore", "--source=HEAD", "--worktree", "src/app.py")
    assert items(basalt, code=0) == []
    assert items(basalt, "--staged", code=1) == [("callers", "fail", None)]
    edit(shop, *wrong, "src/app.py")
    shop.commit("Wrong call")
    assert items(basalt, code=1) == [("callers", "fail", None)]
    edit(shop, wrong[1], wrong[0], "src/app.py")
    assert items(basalt, code=0) == []
    merged = checked(basalt("check", "--merge-into", "main", "--format", "json", code=1), "check")
    assert [(item["path"], item["line"]) for item in merged["items"]] == [("src/app.py", 4)]
    edit(shop, "default: warm, ", "")
    shop.commit("Break it too")
    merged = checked(basalt("check", "--merge-into", "main", "--format", "json", code=1), "check")
    assert {item["path"] for item in merged["items"]} == {"src/app.py", "prompts/support/reply.yaml"}


def test_a_merge_is_checked_in_a_bare_repository(basalt: Basalt, shop: Repo, tmp_path: Path) -> None:
    edit(shop, '"message": "x", "limit": 3', '"text": "x", "limit": 3', "src/app.py")
    shop.commit("Wrong call")
    shop.git("clone", "--quiet", "--bare", str(shop.path), str(tmp_path / "hub.git"))
    os.chdir(tmp_path / "hub.git")
    assert items(basalt, "--merge-into", "main", code=1) == [("callers", "fail", None)]
    assert items(basalt, code=1) == [("callers", "fail", None)]


def test_callers_that_git_ignores_are_not_looked_at(basalt: Basalt, shop: Repo) -> None:
    shop.write("src/generated/app.py", CALLER.replace('"limit": 3', '"most": 3'))
    shop.write("src/node_modules/x/app.py", CALLER.replace('"limit": 3', '"most": 3'))
    assert items(basalt, code=1) == [("callers", "fail", None)]
    shop.write(".gitignore", "generated/\n")
    assert items(basalt, code=0) == []


def test_a_project_below_the_top_has_its_own_callers(basalt: Basalt, shop: Repo) -> None:
    shop.git("switch", "--quiet", "main")
    (shop.path / "team").mkdir()
    for name in ("src", "prompts", "basalt.yaml", "deployments.yaml"):
        shop.git("mv", name, f"team/{name}")
    shop.write("src/app.py", CALLER.replace('"limit": 3', '"most": 3'))
    shop.write("team/basalt.yaml", POLICY.replace("[src]", "[.]"))
    shop.write("team/deployments.yaml", "environments: {}\n")
    shop.commit("Move")
    shop.git("switch", "--quiet", "--create", "inside")
    os.chdir(shop.path / "team")
    assert items(basalt, code=0) == []
    edit(shop, '"limit": 3', '"most": 3', "team/src/app.py")
    shop.git("add", "--all")
    for arguments in ((), ("--staged",)):
        report = checked(basalt("check", *arguments, "--format", "json", code=1), "check")
        assert [(item["kind"], item["path"]) for item in report["items"]] == [("callers", "src/app.py")]


@pytest.mark.parametrize("name", ["deployments.yaml", "prompts", "basalt.yaml"])
def test_a_link_in_the_place_of_what_git_should_keep_is_said(
    basalt: Basalt, shop: Repo, tmp_path: Path, name: str
) -> None:
    (shop.path / name).rename(tmp_path / "elsewhere")
    (shop.path / name).symlink_to(tmp_path / "elsewhere")
    words = f"{name} is a symbolic link: git stores the link"
    assert words in basalt("check", code=1).out
    shop.git("add", "--all")
    assert words in basalt("check", "--staged", code=1).out


def test_a_pointer_that_was_amiss_before_stops_no_other_change(basalt: Basalt, shop: Repo) -> None:
    shop.git("switch", "--quiet", "main")
    text = shop.read("deployments.yaml")
    broken = re.sub(r"digest: \S+", f"digest: sha256:{'0' * 64}", text, count=1)
    assert broken != text
    shop.commit("Broken pointer", {"deployments.yaml": broken})
    shop.git("switch", "--quiet", "branch")
    shop.git("reset", "--quiet", "--hard", "main")
    found = basalt("check")
    assert "warn pointers" in found.out
    assert "it did before this change" in found.out
    # One that the change breaks by itself is another matter.
    shop.write("deployments.yaml", re.sub(r"digest: \S+", f"digest: sha256:{'1' * 64}", text, count=1))
    assert ("pointers", "fail", None) in items(basalt, code=1)


def test_cases_that_passed_are_not_run_again(basalt: Basalt, shop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(shop, "max_tokens: 600", "max_tokens: 700")
    assert "1 case run" in basalt("check").out
    run: list[str] = []

    def note(catalog: Catalog, slug: str, is_chosen: Callable[[str], bool]) -> PromptResult:
        run.append(slug)
        return check_cases(catalog, slug, is_chosen)

    monkeypatch.setattr("basalt_cli.testing.run_many.check_cases", note)
    assert "1 case run" in basalt("check").out
    assert run == []
    edit(shop, "Be kind.", "Be kind and brief.", "prompts/partials/voice.md")
    basalt("check", code=1)
    assert run == ["support/reply"]


def test_a_long_check_shows_how_far_it_is_on_a_terminal(
    basalt: Basalt, shop: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(shop, "max_tokens: 600", "max_tokens: 700")
    assert "Testing" not in basalt("check").err
    edit(shop, "max_tokens: 700", "max_tokens: 800")
    monkeypatch.setattr("basalt_cli.cli.progress._FEWEST_TO_SHOW", 1)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert "Testing" in basalt("check").err


def test_a_change_can_mend_pointers_that_nobody_can_read(basalt: Basalt, shop: Repo) -> None:
    shop.git("switch", "--quiet", "main")
    good = shop.read("deployments.yaml")
    shop.commit("Break it", {"deployments.yaml": "environments: [broken\n"})
    shop.git("switch", "--quiet", "--create", "other")
    shop.write("prompts/new.yaml", "description: New.\nprompt: Hello there\n")
    assert ("pointers", "fail", None) in items(basalt, code=1)
    shop.write("deployments.yaml", good)
    mended = basalt("check")
    assert "the trunk's pointers cannot be read, so no gate judges the moves" in mended.out
    assert "deployments.yaml:2:1: did not find expected" in mended.out


def test_a_case_that_fails_is_named_where_it_stands(basalt: Basalt, shop: Repo) -> None:
    edit(shop, "{contains: late}", "{contains: early}")
    report = checked(basalt("check", "--format", "json", code=1), "check")
    line = shop.read("prompts/support/reply.yaml").splitlines().index("  - name: late") + 1
    assert [(item["kind"], item["line"]) for item in report["items"]] == [("tests", line)]


def test_the_policy_of_a_change_is_that_of_what_is_checked(basalt: Basalt, shop: Repo, tmp_path: Path) -> None:
    edit(shop, "[lint, tests]", "[lint]", "basalt.yaml")
    shop.git("mv", "prompts", "texts")
    shop.write("basalt.yaml", "prompts: texts\n" + shop.read("basalt.yaml"))
    shop.git("add", "--all")
    shop.git("restore", "--source=HEAD", "--worktree", "basalt.yaml")
    # The prompts are where the staged basalt.yaml says, and nowhere else.
    staged = basalt("check", "--staged", code=None).out
    assert "the policy of staging changes" in staged
    assert "0 prompts changed" in staged
    shop.git("restore", "--worktree", "basalt.yaml")
    shop.commit("Elsewhere, and less strict")
    shop.git("clone", "--quiet", "--bare", str(shop.path), str(tmp_path / "hub.git"))
    os.chdir(tmp_path / "hub.git")
    merged = basalt("check", "--merge-into", "main", code=None).out
    assert "the policy of staging changes" in merged
    assert "0 prompts changed" in merged


def test_a_staged_policy_that_is_none_is_said(basalt: Basalt, shop: Repo) -> None:
    good = shop.read("basalt.yaml")
    shop.write("basalt.yaml", "trunk: [\n")
    shop.git("add", "--all")
    shop.write("basalt.yaml", good)
    assert "staged basalt.yaml:2:1: " in basalt("check", "--staged", code=3).err


def test_a_comment_is_never_longer_than_a_host_takes() -> None:
    item = CheckItem("lint", Level.FAIL, "x|" * 3000, code="T302", path="prompts/a.yaml")
    text = format_check("markdown", CheckReport("0" * 40, "HEAD", (item,) * 500, ()), Layout(Path.cwd(), ""))
    assert len(text) < 65_536
    assert re.search(r"\*And \d+ more\.\*", text)


def test_a_merge_that_is_being_committed_brings_the_trailers_of_the_other_side(basalt: Basalt, shop: Repo) -> None:
    edit(shop, "default: warm, ", "")
    edit(shop, "limit: 3}", "limit: 3, tone: warm}")
    edit(shop, '"limit": 3}', '"limit": 3, "tone": "warm"}', "src/app.py")
    shop.commit("No default\n\nBasalt-Allow-Breaking: support/reply all callers say their tone")
    shop.git("switch", "--quiet", "main")
    shop.commit("Another", {"README.md": "Hello\n"})
    hook = shop.path / ".git" / "hooks" / "commit-msg"
    hook.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m basalt_cli check --message "$1"\n')
    hook.chmod(0o755)
    shop.git("merge", "--no-ff", "-m", "Merge branch", "branch")
    assert shop.git("log", "-1", "--format=%s").strip() == "Merge branch"
    edit(shop, ", neutral]", "]")
    shop.git("commit", "--all", "-m", "Narrower", check=False)
    assert shop.git("log", "-1", "--format=%s").strip() == "Merge branch"


def test_a_branch_cannot_be_its_own_trunk_for_the_workflow(basalt: Basalt, shop: Repo) -> None:
    edit(shop, "trunk: main", "trunk: branch", "basalt.yaml")
    edit(shop, "default: warm, ", "")
    shop.commit("Judged by nobody")
    assert (
        "A branch cannot choose the trunk: undo the change of the line trunk:."
        in basalt("check", "--merge-into", "main", code=3).err
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("trunk: main\n", "trunk: main\nprompts: other\n", "and would be read below other/"),
        ("trunk: main\n", "trunk: main\ndeployments: tags\n", "would no longer be read"),
    ],
)
def test_a_policy_that_loses_what_runs_fails(basalt: Basalt, shop: Repo, old: str, new: str, words: str) -> None:
    edit(shop, old, new, "basalt.yaml")
    shop.git("mv", "prompts", "other") if "other" in new else None
    assert words in basalt("check", code=1).out


def test_a_gate_that_is_weakened_is_said(basalt: Basalt, shop: Repo) -> None:
    edit(shop, "callers: [src]\n", "check: {breaking: off}\n", "basalt.yaml")
    assert "the policy of this gate changes (check, lint or callers)" in basalt("check").out


def test_a_rule_that_is_none_does_not_get_in_and_can_be_mended(basalt: Basalt, shop: Repo) -> None:
    good = shop.read("basalt.yaml")
    shop.write("basalt.yaml", good + "lint: {select: [zzz]}\n")
    assert "fail policy 'zzz' is not a rule" in basalt("check", code=1).out
    shop.git("switch", "--quiet", "main")
    shop.commit("Bad rule", {"basalt.yaml": good + "lint: {select: [zzz]}\n"})
    shop.git("switch", "--quiet", "--create", "mend")
    shop.write("basalt.yaml", good)
    basalt("check")


def test_the_from_gate_goes_by_what_the_trunk_says_now(basalt: Basalt, shop: Repo) -> None:
    shop.git("switch", "--quiet", "main")
    edit(shop, "Be kind", "Be very kind", "prompts/partials/voice.md")
    basalt("test", "--update")
    shop.commit("Kinder")
    basalt("promote", "support/reply", "--to", "staging")
    shop.git("switch", "--quiet", "--create", "proposal")
    basalt("promote", "support/reply", "--to", "production", "--yes", "--no-commit")
    shop.commit("Production")
    basalt("check")
    shop.git("switch", "--quiet", "main")
    basalt("rollback", "support/reply", "--env", "staging", "--reason", "bad")
    shop.git("switch", "--quiet", "proposal")
    assert ("gates", "fail", "from") in items(basalt, code=1)


def test_what_a_merge_of_the_trunk_brings_is_not_this_branchs_doing(basalt: Basalt, shop: Repo) -> None:
    shop.commit("Note", {"note.txt": "hi\n"})
    shop.git("switch", "--quiet", "main")
    edit(shop, "default: warm, ", "")
    shop.commit("No default\n\nBasalt-Allow-Breaking: support/reply meant")
    shop.git("switch", "--quiet", "branch")
    shop.git("merge", "--no-commit", "--no-ff", "main")
    assert basalt("check", "--staged").out.endswith("0 prompts changed, 0 cases run\n")


def test_a_file_name_that_is_not_utf_8_is_a_finding(basalt: Basalt, shop: Repo) -> None:
    with open(os.fsencode(shop.path / "prompts") + b"/bad\xff.yaml", "wb") as file:
        file.write(b"prompt: x\n")
    assert ("lint", "fail", "S206") in items(basalt, code=1)


def test_a_caller_that_starts_with_a_mark_of_its_encoding_is_read(basalt: Basalt, shop: Repo) -> None:
    shop.write("src/app.py", "\ufeff" + CALLER.replace('"limit": 3', '"most": 3'))
    assert items(basalt, code=1) == [("callers", "fail", None)]
