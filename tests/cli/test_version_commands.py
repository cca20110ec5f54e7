"""resolve, release, blame, and the finer points of log."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.checking import checked
from tests.conftest import Outcome
from tests.support import PROMPT, Repo

Basalt = Callable[..., Outcome]


def commit_at(repo: Repo, when: str, message: str, files: dict[str, str]) -> str:
    """Commit with a date of its own."""
    for name, text in files.items():
        repo.write(name, text)
    repo.git("add", "--all")
    environment = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    subprocess.run(
        ["git", "commit", "--quiet", "-m", message], cwd=repo.path, env=_environment(environment), check=True
    )
    return repo.head


def _environment(more: dict[str, str]) -> dict[str, str]:
    import os

    return {**os.environ, **more}


def versions(outcome: Outcome) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = checked(outcome, "log")["versions"]
    return found


# log


def test_log_follows_a_renamed_prompt(basalt: Basalt, repo: Repo) -> None:
    first = repo.head
    long = PROMPT + "description: A text that is long enough to be known again.\nname: Greeting\n"
    second = repo.commit("Longer", {"prompts/greeting.yaml": long})
    (repo.path / "prompts/hello").mkdir()
    repo.git("mv", "prompts/greeting.yaml", "prompts/hello/world.yaml")
    third = repo.commit("Move")
    fourth = repo.commit("Edit", {"prompts/hello/world.yaml": long.replace("Hello", "Hi")})
    found = versions(basalt("log", "hello/world", "--format", "json"))
    assert [(entry["version"], entry["slug"], entry["renamed_from"]) for entry in found] == [
        (fourth, "hello/world", None), (third, "hello/world", "greeting"), (second, "greeting", None), (first, "greeting", None)
    ]  # fmt: skip
    assert [entry["risk"] for entry in found] == ["wording", "none", "none", "none"]
    assert "renamed from greeting" in basalt("log", "hello/world").out


def test_log_patch_and_since(basalt: Basalt, repo: Repo) -> None:
    commit_at(repo, "2020-01-01T00:00:00Z", "Old", {"prompts/old.yaml": "prompt: one\n"})
    commit_at(repo, "2030-01-01T00:00:00Z", "New", {"prompts/old.yaml": "prompt: two\n"})
    assert [entry["subject"] for entry in versions(basalt("log", "old", "--format", "json"))] == ["New", "Old"]
    assert [e["subject"] for e in versions(basalt("log", "old", "--since", "2025-01-01", "--format", "json"))] == [
        "New"
    ]
    assert "[-one-]{+two+}" in basalt("log", "old", "--patch").out
    assert "'tomorrow' is not a time" in basalt("log", "old", "--since", "tomorrow", code=2).err


def test_log_of_a_partial_says_whom_it_reaches(basalt: Basalt, repo: Repo) -> None:
    including = "prompt: '{% include \"partials/voice.md\" %}'\n"
    repo.commit(
        "Two",
        {
            "prompts/a.yaml": including,
            "prompts/b.yaml": including + "name: b\n",
            "prompts/partials/voice.md": "Be kind.\n",
        },
    )
    basalt("promote", "a", "--to", "staging")
    changed = repo.commit("Warmer", {"prompts/partials/voice.md": "Be warm.\n"})
    out = basalt("log", "partials/voice.md").out
    assert out.startswith("partials/voice.md is part of a, b; staging runs a\n" + changed[:9])
    assert "wording" in out
    diff = basalt("diff", "prompts/partials/voice.md", "HEAD~1..HEAD").out
    assert "partials/voice.md is part of a, b" in diff
    reach = checked(basalt("diff", "partials/voice.md", "HEAD~1..HEAD", "--format", "json"), "diff")["reach"]
    assert reach == {"partial": "partials/voice.md", "prompts": ["a", "b"], "environments": {"staging": ["a"]}}
    assert "no prompt includes 'partials/none.md'" in basalt("diff", "partials/none.md", code=3).err
    assert "no prompt at HEAD includes" in basalt("log", "partials/none.md", code=3).err


def test_a_clock_that_runs_backwards_changes_nothing(basalt: Basalt, repo: Repo) -> None:
    for index, year in enumerate((2024, 2010, 2022, 2001)):
        commit_at(repo, f"{year}-01-01T00:00:00Z", f"c{index}", {"prompts/a.yaml": f"prompt: {index}\n"})
    assert [e["subject"] for e in versions(basalt("log", "a", "--format", "json"))] == ["c3", "c2", "c1", "c0"]


def test_the_log_of_a_shallow_clone_warns_at_its_end(
    basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("Second", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", "../shallow")
    monkeypatch.chdir(repo.path.parent / "shallow")
    outcome = basalt("log", "greeting")
    assert outcome.out.endswith("Second\n")
    assert outcome.err == (
        "warning: the history ends here, since this clone is shallow; git fetch --unshallow brings the rest\n"
    )


# resolve


def test_resolve(basalt: Basalt, repo: Repo) -> None:
    first = repo.head
    basalt("promote", "greeting", "--to", "staging")
    found = checked(basalt("resolve", "greeting@staging", "--format", "json"), "resolve")
    assert (found["slug"], found["version"], found["files"]) == ("greeting", first, ["greeting.yaml"])
    assert found["environments"] == ["staging"]
    assert found["release"] is None
    repo.write("prompts/greeting.yaml", PROMPT + "name: x\n")
    assert checked(basalt("resolve", "greeting", "--format", "json"), "resolve")["version"] is None
    assert "version       not committed\n" in basalt("resolve", "greeting").out


def test_resolve_as_of(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(year: int) -> None:
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{year}-06-01T00:00:00Z")
        monkeypatch.setenv("GIT_AUTHOR_DATE", f"{year}-06-01T00:00:00Z")

    at(2030)
    old = repo.commit("Old", {"prompts/a.yaml": "prompt: one\n"})
    basalt("promote", "a", "--to", "staging")
    at(2031)
    new = repo.commit("New", {"prompts/a.yaml": "prompt: two\n"})
    basalt("promote", "a", "--to", "staging")

    def ran(when: str) -> str:
        version: str = basalt("resolve", "a@staging", "--as-of", when, "--format", "json").json["version"]
        return version

    assert ran("2030-12-31") == old
    assert ran("2031-12-31T00:00:00Z") == new
    assert basalt("resolve", "a@latest", "--as-of", "2030-12-31", "--format", "json").json["version"] == old
    assert "a is not deployed to production" in basalt("resolve", "a@production", "--as-of", "2031-12-31", code=3).err
    assert basalt("resolve", "a@staging", "--as-of", "1999-01-01", code=3).err == (
        "error: main has no commit of that time or earlier\nhint: Name a later time; basalt log shows the versions.\n"
    )
    assert basalt("resolve", "a@HEAD", "--as-of", "2031-01-01", code=2).err == (
        "error: --as-of needs a selector that moves, not 'HEAD'\n"
        "hint: Name an environment, latest or ~N: any other selector means the same at any time.\n"
    )


def test_an_ambiguous_name_lists_its_readings(basalt: Basalt, repo: Repo) -> None:
    first = repo.head
    repo.git("tag", "same", first)
    second = repo.commit("Second", {"prompts/greeting.yaml": PROMPT + "name: x\n"})
    repo.git("branch", "same", second)
    outcome = basalt("show", "greeting@same", code=3)
    assert f"refs/heads/same ({second[:9]}), refs/tags/same ({first[:9]})" in outcome.err
    assert basalt("resolve", "greeting@rev:refs/tags/same", "--format", "json").json["version"] == first


# release


def releases(outcome: Outcome) -> list[tuple[str, str | None]]:
    return [(item["tag"], item["risk"]) for item in checked(outcome, "release")["releases"]]


def test_the_smallest_honest_number(basalt: Basalt, repo: Repo) -> None:
    version = repo.head
    basalt("promote", "greeting", "--to", "staging")
    assert releases(basalt("release", "greeting", "--format", "json")) == [("greeting@v1.0.0", None)]
    assert repo.git("rev-parse", "greeting@v1.0.0^{commit}") == version
    assert repo.git("cat-file", "-t", "greeting@v1.0.0") == "tag"
    assert "greeting did not change since v1.0.0" in basalt("release", "greeting", code=1).err
    repo.commit("Other words", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    assert releases(basalt("release", "greeting", "--format", "json")) == [("greeting@v1.0.1", "wording")]
    repo.commit("Colder", {"prompts/greeting.yaml": PROMPT + "model: {name: m, parameters: {temperature: 0}}\n"})
    outcome = basalt("release", "greeting", "--patch", code=1)
    assert "1.0.2 is too low for the changes of greeting since v1.0.1" in outcome.err
    assert "Give at least 1.1.0" in outcome.err
    assert (
        "1.0.0 is not higher than v1.0.1, the last release of greeting"
        in basalt("release", "greeting", "--version", "1.0.0", code=2).err
    )
    assert releases(basalt("release", "greeting", "--format", "json")) == [("greeting@v1.1.0", "behavioural")]
    repo.commit("Another name", {"prompts/greeting.yaml": PROMPT.replace("name", "who")})
    assert releases(basalt("release", "greeting", "--dry-run", "--format", "json")) == [("greeting@v2.0.0", "breaking")]
    basalt("release", "greeting")
    notes = repo.git("tag", "-l", "--format=%(contents)", "greeting@v2.0.0")
    assert notes.startswith("Release greeting 2.0.0\n\n- Another name (")
    assert "Basalt-Risk: breaking" in notes
    assert versions(basalt("log", "greeting", "--format", "json"))[0]["releases"] == ["v2.0.0"]
    assert "greeting@v2.0.0" not in basalt("status").err
    assert basalt("show", "greeting@1.0.0", "--format", "json").json["version"] == version


def test_release_all_makes_all_or_none(basalt: Basalt, repo: Repo) -> None:
    repo.commit("More", {"prompts/a.yaml": "prompt: one\n", "prompts/b.yaml": "prompt: two\n"})
    basalt("release", "a")
    made = releases(basalt("release", "--all", "--minor", "--format", "json"))
    assert [tag for tag, _ in made] == ["b@v0.1.0", "greeting@v0.1.0"]
    assert "no prompt changed since its last release" in basalt("release", "--all", code=3).err
    repo.commit("Change", {"prompts/a.yaml": "prompt: three\n", "prompts/b.yaml": "prompt: four\n"})
    repo.git("update-ref", "refs/tags/b@v0.1.1", "HEAD")
    assert "exists already; nothing was moved" in basalt("release", "--all", code=4).err
    assert "a@v1.0.1" not in repo.git("tag")


def test_a_release_that_cannot_be_made_says_why(basalt: Basalt, repo: Repo) -> None:
    repo.commit("Nested", {"prompts/support/reply.yaml": "prompt: one\n"})
    repo.git("tag", "support")
    outcome = basalt("release", "support/reply", code=3)
    assert "the tag 'support' blocks " in outcome.err
    assert "release takes either prompts or --all" in basalt("release", code=2).err
    assert "more than one option sets the number" in basalt("release", "greeting", "--major", "--minor", code=2).err
    assert "'1.2' is not a release number" in basalt("release", "greeting", "--version", "1.2", code=2).err
    assert "--version takes one prompt" in basalt("release", "--all", "--version", "1.2.0", code=2).err


def test_a_tag_on_a_later_commit_is_found_by_its_content(basalt: Basalt, repo: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    repo.git("tag", "-a", "-m", "r", "greeting@v1.0.0")
    assert versions(basalt("log", "greeting", "--format", "json"))[0]["releases"] == ["v1.0.0"]
    assert basalt("status", "--format", "json").json["prompts"][0]["environments"]["staging"]["release"] == "v1.0.0"


# blame


def test_blame(basalt: Basalt, repo: Repo) -> None:
    first = repo.commit(
        "First",
        {
            "prompts/a.yaml": 'system: |\n  {% include "partials/voice.md" %}\n  Be brief.\nprompt: |\n  One\n  Two\n',
            "prompts/partials/voice.md": "Be kind.\n",
        },
    )
    second = repo.commit("Voice", {"prompts/partials/voice.md": "Be warm.\n"})
    third = repo.commit("Two", {"prompts/a.yaml": repo.read("prompts/a.yaml").replace("  Two\n", "  2\n  Three\n")})
    lines = checked(basalt("blame", "a", "--format", "json"), "blame")["lines"]
    assert [(line["text"], line["version"]) for line in lines] == [
        ("# system", first), ("Be warm.", second), ("Be brief.", first), ("# user", first),
        ("One", first), ("2", third), ("Three", third),
    ]  # fmt: skip
    assert basalt("blame", "a").out.startswith(first[:9])
    assert len(checked(basalt("blame", "a@HEAD~1", "--format", "json"), "blame")["lines"]) == 6


def test_the_log_of_a_removed_prompt_leads_to_its_history(basalt: Basalt, repo: Repo) -> None:
    repo.git("rm", "--quiet", "prompts/greeting.yaml")
    removal = repo.commit("Say no more")
    repo.commit("Later", {"README.md": "x"})
    outcome = basalt("log", "greeting", code=3)
    assert f"greeting was removed in {removal[:9]} (Say no more)" in outcome.err
    assert f"basalt log greeting@{removal[:9]}~1" in outcome.err
    assert "Start" in basalt("log", f"greeting@{removal[:9]}~1").out
