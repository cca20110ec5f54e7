"""``basalt doctor`` and what it guards: its output, its fixes, the merge driver, unsound pointers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.checking import Basalt, checked
from tests.pointers.test_pushing import Team
from tests.support import PROMPT, Repo, make_repo


def codes(basalt: Basalt, *arguments: str, code: int | None = None) -> dict[str, str]:
    found = checked(basalt(*arguments, "doctor", "--format", "json", code=code), "doctor")["diagnoses"]
    return {diagnosis["code"]: diagnosis["message"] for diagnosis in found}


@pytest.fixture
def well(repo: Repo, basalt: Basalt) -> Repo:
    """A repository with nothing to find."""
    basalt("doctor", "--fix")
    repo.commit("Attributes")
    assert codes(basalt, code=0) == {}
    return repo


def test_a_clone_in_order(basalt: Basalt, well: Repo) -> None:
    assert basalt("doctor").out == "No problems found\n"


def test_problems_and_notices_are_printed_with_their_commands(basalt: Basalt, well: Repo) -> None:
    well.git("tag", "greeting@v1.0.0")
    well.git("switch", "--quiet", "--detach")
    assert basalt("doctor", code=1).out == (
        "notice detached: HEAD is detached; promotions still commit on main\n"
        "  git switch main\n"
        "problem lightweight-tag: the tag 'greeting@v1.0.0' is ignored: it is lightweight, without author and time\n"
        f"  git tag -d greeting@v1.0.0 && git tag -a greeting@v1.0.0 {well.head[:9]}\n"
    )
    well.git("tag", "-d", "greeting@v1.0.0")
    assert codes(basalt, code=0).keys() == {"detached"}


def test_a_tag_that_blocks_a_release_is_renamed_by_the_command(basalt: Basalt, well: Repo) -> None:
    well.commit("Deep", {"prompts/support/reply.yaml": PROMPT})
    well.git("tag", "support")
    assert "the tag 'support' blocks the new tag" in basalt("release", "support/reply", code=3).err
    (found,) = checked(basalt("doctor", "--format", "json", code=1), "doctor")["diagnoses"]
    assert os.system(f"cd {well.path} && {found['command']}") == 0  # noqa: S605 - pasted as it is printed
    assert basalt("release", "support/reply").out.startswith("support/reply@v")


def test_fixes_are_printed_and_what_is_left_decides(basalt: Basalt, repo: Repo) -> None:
    done = basalt("doctor", "--fix")
    assert "installed the merge driver; commit .gitattributes" in done.err
    repo.commit("Attributes")
    fixed = checked(basalt("doctor", "--fix", "--format", "json"), "doctor")
    assert fixed == {"diagnoses": [], "fixed": []}


def test_pointers_that_are_wrong(basalt: Basalt, well: Repo) -> None:
    well.commit("Other", {"prompts/b.yaml": PROMPT, "prompts/c.yaml": PROMPT})
    basalt("promote", "--all", "--to", "staging")
    text = well.read("deployments.yaml")
    old = text.splitlines()
    digests = [index for index, line in enumerate(old) if "digest:" in line]
    versions = [index for index, line in enumerate(old) if "version:" in line]
    old[digests[0]] = old[digests[0]].rpartition("sha256:")[0] + "sha256:" + "0" * 64
    old[versions[1]] = old[versions[1]].rpartition(": ")[0] + ": " + "a" * 40
    well.commit("By hand", {"deployments.yaml": "\n".join(old) + "\n"})
    found = checked(basalt("doctor", "--format", "json", code=1), "doctor")["diagnoses"]
    assert sorted((d["code"], d["subject"]) for d in found) == [
        ("pointer-digest", "staging b"),
        ("pointer-gone", "staging c"),
    ]
    status = checked(basalt("status", "--format", "json"), "status")["prompts"]
    flaws = {p["slug"]: (p["environments"]["staging"]["flaw"] or {}).get("kind") for p in status}
    assert flaws == {"b": "digest", "c": "gone", "greeting": None}
    assert "staging runs c at aaaaaaaaa, a commit that is not in this clone" in basalt("status").err
    assert "basalt doctor" in basalt("status").err
    well.commit("Twice", {"deployments.yaml": text + text.partition("environments:\n")[2]})
    assert codes(basalt, code=1).keys() == {"unreadable-pointers"}
    assert "Y" in basalt("lint", code=1).out


def test_the_merge_driver_merges_by_key(
    basalt: Basalt, well: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both sides add a prompt in the same place, which is a conflict of text."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    other = make_repo(tmp_path / "other")
    assert codes(basalt, "-C", str(other.path), code=0).keys() == {"no-merge-driver"}
    well.commit("More", {f"prompts/{slug}.yaml": PROMPT for slug in ("a", "b", "c")})
    for slug in ("b", "c"):
        basalt("promote", slug, "--to", "staging", "--branch", f"go-{slug}")
    well.git("merge", "--quiet", "--no-ff", "-m", "b", "go-b")
    well.git("merge", "--quiet", "--no-ff", "-m", "c", "go-c")
    status = checked(basalt("status", "--format", "json"), "status")["prompts"]
    assert {p["slug"] for p in status if p["environments"]} == {"b", "c"}
    new = well.commit("New", {"prompts/b.yaml": PROMPT.replace("Hello", "Hi")})
    basalt("promote", "b", "--to", "staging", "--branch", "one")
    well.commit("Newer", {"prompts/b.yaml": PROMPT.replace("Hello", "Hey")})
    basalt("promote", "b", "--to", "staging", "--branch", "two")
    well.git("merge", "--quiet", "--no-ff", "-m", "one", "one")
    assert "CONFLICT" in well.git("merge", "--no-ff", "-m", "two", "two", check=False)
    assert "<<<<<<< " in well.read("deployments.yaml")
    assert new[:9] in well.read("deployments.yaml")


def test_the_merge_driver_falls_back_to_text(basalt: Basalt, tmp_path: Path) -> None:
    for name, text in {"base": "a\n\n\n\nb\n", "ours": "x\n\n\n\nb\n", "theirs": "a\n\n\n\ny\n"}.items():
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in ("base", "ours", "theirs")]
    basalt("merge-driver", *paths)
    assert (tmp_path / "ours").read_text() == "x\n\n\n\ny\n"


def test_without_basalt_on_the_path_git_merges_text(
    basalt: Basalt, well: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    well.commit("More", {f"prompts/{slug}.yaml": PROMPT for slug in ("a", "b")})
    basalt("promote", "a", "greeting", "--to", "staging")
    well.commit("New", {f"prompts/{slug}.yaml": PROMPT.replace("Hello", "Hi") for slug in ("a", "greeting")})
    for slug in ("a", "greeting"):
        basalt("promote", slug, "--to", "staging", "--branch", f"go-{slug}")
    for slug in ("a", "greeting"):
        well.git("merge", "--quiet", "--no-ff", "-m", slug, f"go-{slug}")
    status = checked(basalt("status", "--format", "json"), "status")["prompts"]
    assert [p["environments"]["staging"]["behind"] for p in status if p["environments"]] == [0, 0]


def test_lint_finds_unsound_pointers_and_looks_again_when_branches_move(basalt: Basalt, well: Repo) -> None:
    well.git("switch", "--quiet", "-c", "branch")
    well.commit("Side", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hey")})
    well.git("switch", "--quiet", "main")
    basalt("promote", "greeting", "--to", "staging", "--version", "branch", "--allow-unmerged")
    for _ in range(2):
        out = basalt("lint", code=None).out
        assert "R704" in out
        assert "which main does not have" in out or "a commit that main does not have" in out
    well.git("merge", "--quiet", "--no-ff", "-m", "Merge", "branch")
    assert "R704" not in basalt("lint").out
    assert "R704" not in basalt("lint", "prompts/greeting.yaml").out


def test_tags_that_differ_from_the_remotes(basalt: Basalt, tmp_path: Path) -> None:
    team = Team(tmp_path, "tags")
    ada, bob = (("-C", str(clone.path)) for clone in (team.ada, team.bob))
    basalt(*ada, "promote", "a", "--to", "staging")
    basalt(*bob, "promote", "a", "--to", "staging", "--push")
    basalt(*bob, "promote", "b", "--to", "staging", "--push")
    basalt(*ada, "release", "a")
    found = checked(basalt(*ada, "doctor", "--remote", "--format", "json", code=1), "doctor")["diagnoses"]
    assert {d["code"] for d in found} >= {"diverged-tag", "unfetched-tags", "unpushed-tags"}
    by_code = {d["code"]: d for d in found}
    assert by_code["diverged-tag"]["subject"] == "a#staging#1"
    assert "b#staging#1" in by_code["unfetched-tags"]["message"]
    assert "a@v1.0.0" in by_code["unpushed-tags"]["message"]
    for code in ("diverged-tag", "unpushed-tags"):
        assert os.system(f"cd {team.ada.path} && {by_code[code]['command']} >/dev/null 2>&1") == 0  # noqa: S605
    assert not {"diverged-tag", "unfetched-tags", "unpushed-tags"} & {
        d["code"]
        for d in checked(basalt(*ada, "doctor", "--remote", "--format", "json", code=None), "doctor")["diagnoses"]
    }
    team.hub.rename(team.hub.with_name("gone.git"))
    assert "origin could not be read" in basalt(*ada, "doctor", "--remote", code=3).err
