"""``basalt lint``: which files it checks, what it fixes, what its store remembers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from tests.conftest import Outcome
from tests.support import PROMPT, Repo

Basalt = Callable[..., Outcome]


def places(outcome: Outcome) -> list[tuple[str, str, int, int]]:
    return [(f["path"], f["code"], f["line"], f["column"]) for f in outcome.json["findings"]]


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    return [(path, code) for path, code, _, _ in places(outcome)]


def lint(basalt: Basalt, *arguments: str, code: int | None = None) -> list[tuple[str, str]]:
    return codes(basalt("lint", *arguments, "--format", "json", code=code))


# Which files are linted.


def test_paths_folders_and_patterns(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/support/a.yaml", "prompt: '{{ a }}'\n")
    repo.write("prompts/support/b.yaml", "prompt: '{{ b }}'\n")
    repo.write("prompts/sales/a.yaml", "prompt: '{{ c }}'\n")
    assert lint(basalt, "prompts/support") == [("prompts/support/a.yaml", "T302"), ("prompts/support/b.yaml", "T302")]
    assert lint(basalt, "prompts/*/a.yaml") == [("prompts/sales/a.yaml", "T302"), ("prompts/support/a.yaml", "T302")]
    assert lint(basalt, "prompts/sales/a.yaml", "prompts/sales") == [("prompts/sales/a.yaml", "T302")]
    assert "nothing matches 'prompts/x*'" in basalt("lint", "prompts/x*", code=3).err
    assert "prompts/x.yaml does not exist" in basalt("lint", "prompts/x.yaml", code=3).err
    assert "basalt.yaml is not in the prompts folder" in basalt("lint", "basalt.yaml", code=3).err


def test_a_revision_is_linted_without_being_checked_out(basalt: Basalt, repo: Repo) -> None:
    bad = repo.commit("Bad", {"prompts/bad.yaml": "prompt: '{{ nme }}'\n"})
    repo.commit("Good", {"prompts/bad.yaml": "variables: {nme: string}\nprompt: '{{ nme }}'\n"})
    assert lint(basalt) == []
    assert lint(basalt, "--at", bad) == [("prompts/bad.yaml", "T302")]
    assert lint(basalt, "--at", "HEAD~1", "prompts/bad.yaml") == [("prompts/bad.yaml", "T302")]
    assert "there is no version 'nope'" in basalt("lint", "--at", "nope", code=3).err
    assert "--fix changes files, and --at reads a commit" in basalt("lint", "--at", bad, "--fix", code=2).err


def test_only_what_changed_and_what_includes_it(basalt: Basalt, repo: Repo) -> None:
    files = {
        "prompts/a.yaml": "prompt: '{{ a }}{% include \"partials/one.md\" %}'\n",
        "prompts/b.yaml": "prompt: '{{ b }}{% include \"partials/two.md\" %}'\n",
        "prompts/partials/one.md": "{% include 'partials/two.md' %}\n",
        "prompts/partials/two.md": "Be kind.\n",
    }
    repo.commit("Prompts", files)
    assert lint(basalt, "--changed") == []
    repo.write("prompts/partials/one.md", "{% include 'partials/two.md' %}!\n")
    assert lint(basalt, "--changed") == [("prompts/a.yaml", "T302")]
    repo.write("prompts/partials/one.md", files["prompts/partials/one.md"])
    repo.write("prompts/partials/two.md", "Be {{ adjective }}.\n")
    assert lint(basalt, "--changed") == [
        ("prompts/a.yaml", "T302"), ("prompts/a.yaml", "T302"), ("prompts/b.yaml", "T302"), ("prompts/b.yaml", "T302")
    ]  # fmt: skip
    (repo.path / "prompts/partials/two.md").unlink()
    assert [code for _, code in lint(basalt, "--changed=HEAD")] == ["T302", "T306", "T302", "T306"]
    repo.git("checkout", "--quiet", "--", "prompts")
    repo.write("prompts/new.yaml", "prompt: '{{ new }}'\n")
    assert lint(basalt, "--changed") == [("prompts/new.yaml", "T302")]


def test_what_a_branch_changed(basalt: Basalt, repo: Repo) -> None:
    repo.git("checkout", "--quiet", "-b", "work")
    repo.commit("Mine", {"prompts/mine.yaml": "prompt: '{{ mine }}'\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit("Theirs", {"prompts/theirs.yaml": "prompt: '{{ theirs }}'\n"})
    repo.git("checkout", "--quiet", "work")
    assert lint(basalt, "--changed") == []
    assert lint(basalt, "--changed", "main") == [("prompts/mine.yaml", "T302")]
    assert "there is no revision 'nope'" in basalt("lint", "--changed", "nope", code=3).err
    assert "--changed cannot be used with PATHS or --at" in basalt("lint", "--changed=main", "prompts", code=2).err


def test_changed_before_the_first_commit(basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    basalt("init", "--git")
    assert "1 file checked" in basalt("lint", "--changed").err


def test_what_an_editor_has_not_saved(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def typed(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(text.encode())))

    repo.write("prompts/partials/voice.md", "Be {{ tone }}.\n")
    typed("prompt: '{% include \"partials/voice.md\" %}'\n")
    outcome = basalt("lint", "-", "--stdin-filename", "prompts/unsaved.yaml", "--format", "json", code=1)
    assert places(outcome) == [("prompts/unsaved.yaml", "T302", 1, 13)]
    typed("prompt: Hello\nmetadata: {a: no}")
    fixed = basalt("lint", "-", "--stdin-filename", "prompts/unsaved.yaml", "--fix").out
    assert fixed == 'prompt: Hello\nmetadata: {a: "no"}\n'
    assert not (repo.path / "prompts/unsaved.yaml").exists()
    typed("")
    assert "- needs --stdin-filename, and no other path" in basalt("lint", "-", code=2).err
    typed("")
    assert "not in the prompts folder" in basalt("lint", "-", "--stdin-filename", "x.yaml", code=3).err
    assert "--stdin-filename needs -" in basalt("lint", "--stdin-filename", "prompts/x.yaml", code=2).err


def test_pointers_are_looked_at(basalt: Basalt, repo: Repo) -> None:
    pointer = f"{{version: {'a' * 40}, digest: 'sha256:{'b' * 64}'}}"
    repo.write(
        "deployments.yaml", f"environments:\n  staging:\n    nope: {pointer}\n    nope: {pointer}\n  prod: {{}}\n"
    )
    found = places(basalt("lint", "--format", "json", code=1))
    assert found == [
        ("deployments.yaml", "R703", 3, 5), ("deployments.yaml", "Y103", 4, 5), ("deployments.yaml", "R703", 5, 3)
    ]  # fmt: skip
    assert "|     nope: {version:" in basalt("lint", code=1).out


def test_a_rule_about_the_project_is_switched_off_in_a_files_head(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/copy.yaml", repo.read("prompts/greeting.yaml"))
    assert lint(basalt) == [("prompts/greeting.yaml", "R701")]
    repo.write("prompts/greeting.yaml", "# basalt: ignore[R701] kept for old callers\n" + PROMPT)
    assert lint(basalt) == []
    assert lint(basalt, "prompts/greeting.yaml") == []


def test_info_fails_nothing(basalt: Basalt, repo: Repo) -> None:
    outcome = basalt("lint", "--select", "R702,V405")
    assert "1 info" not in outcome.err
    assert "3 infos in 1 file" in outcome.err
    assert repo


# What is fixed.

UNTIDY = (
    "# basalt: ignore[T302] nothing\nname: Hello \nmetadata: {since: 2026-01-01, no: 010}   # why\r\n"
    "prompt: |\n  Answer: \n  {{ name }}\nvariables: {name: string} # basalt: ignore[T303, T302] x\n\n\n"
)
TIDY = (
    'name: Hello\nmetadata: {since: "2026-01-01", "no": 10}   # why\n'
    "prompt: |\n  Answer: \n  {{ name }}\nvariables: {name: string}\n"
)


def test_fixes_keep_layout_and_comments_and_what_is_sent(basalt: Basalt, repo: Repo) -> None:
    path = repo.write("prompts/untidy.yaml", UNTIDY)
    path.chmod(0o640)
    before = basalt("render", "untidy", "--var", "name=Ada", "--format", "json").json["messages"]
    diff = basalt("lint", "--diff", code=1).out
    assert "-metadata: {since: 2026-01-01, no: 010}" in diff
    assert '+metadata: {since: "2026-01-01", "no": 10}   # why' in diff
    assert path.read_bytes() == UNTIDY.encode()
    outcome = basalt("lint", "--fix", code=1)
    assert path.read_bytes() == TIDY.encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert "fixed 9 findings in 1 file" in outcome.err
    assert "X606 the line ends in blanks, which are sent to the model" in outcome.out
    assert basalt("render", "untidy", "--var", "name=Ada", "--format", "json").json["messages"] == before
    basalt("lint", "--fix", code=1)
    assert path.read_bytes() == TIDY.encode()
    assert basalt("lint", "--diff").out == ""


def test_a_fix_that_would_change_what_is_sent_is_refused(basalt: Basalt, repo: Repo) -> None:
    kept = "template: {keep_trailing_newline: true}\nprompt: |\n  Hello"
    repo.write("prompts/kept.yaml", kept)
    repo.write("prompts/partials/end.md", "Hello")
    repo.write(
        "prompts/ending.yaml", "template: {keep_trailing_newline: true}\nprompt: '{% include \"partials/end.md\" %}'\n"
    )
    outcome = basalt("lint", "--fix", code=1)
    assert (
        "note: prompts/kept.yaml:3:7: Y110 is not fixed: the fix would change the text that is sent to the model\n"
        in outcome.err
    )
    assert "note: prompts/partials/end.md:1:5: Y110 is not fixed: " in outcome.err
    assert repo.read("prompts/kept.yaml") == kept
    assert repo.read("prompts/partials/end.md") == "Hello"
    repo.write("prompts/ending.yaml", "prompt: '{% include \"partials/end.md\" %}'\n")
    basalt("lint", "--fix", code=1)
    assert repo.read("prompts/partials/end.md") == "Hello\n"


def test_misspelt_keys_are_fixed_with_unsafe_fixes_only(basalt: Basalt, repo: Repo) -> None:
    repo.write(
        "prompts/bad.yaml", "variabels: {name: string}\nprompt: '{{ name }}'\nmodel: {parameters: {temprature: 0}}\n"
    )
    assert "2 fixable with --fix --unsafe-fixes" in basalt("lint", "--fix", code=1).err
    basalt("lint", "--fix", "--unsafe-fixes")
    assert repo.read("prompts/bad.yaml") == (
        "variables: {name: string}\nprompt: '{{ name }}'\nmodel: {parameters: {temperature: 0}}\n"
    )


def test_a_misspelt_key_beside_the_right_one_is_left(basalt: Basalt, repo: Repo) -> None:
    text = "prompt: Hello\npromt: Hi\n"
    repo.write("prompts/bad.yaml", text)
    basalt("lint", "--fix", "--unsafe-fixes", code=1)
    assert repo.read("prompts/bad.yaml") == text


def test_several_processes_find_what_one_does(basalt: Basalt, repo: Repo) -> None:
    for number in range(200):
        repo.write(f"prompts/p{number:03}.yaml", f"prompt: '{{{{ x{number} }}}}'\n")
    whole = places(basalt("lint", "--no-cache", "--format", "json", code=1))
    each = [
        place
        for number in range(200)
        for place in places(basalt("lint", f"prompts/p{number:03}.yaml", "--format", "json", code=1))
    ]
    assert whole == each


def test_schemas_are_printed(basalt: Basalt, repo: Repo) -> None:
    assert basalt("schema").out.split()[:3] == ["prompt", "config", "deployments"]
    assert basalt("schema", "--format", "json").json["schemas"][0] == "prompt"
    assert basalt("schema", "prompt").json["title"] == "Prompt"
    assert basalt("schema", "output/lint").json["title"] == "basalt lint --format json"
    assert "Did you mean 'prompt'?" in basalt("schema", "promt", code=2).err
    assert repo


def test_a_secret_is_never_shown(basalt: Basalt, repo: Repo) -> None:
    key = "AKIA" + "Q3EGRVT5JL2XW7PB"
    repo.write("prompts/key.yaml", f"prompt: Use {key} {{{{ x }}}} now\n{key}: 1\n")
    for output in ("text", "concise", "json", "github", "sarif", "junit", "gitlab"):
        report = basalt("lint", "--format", output, code=1).out
        assert "X605" in report
        assert key not in report
        assert "AKIA" in report
