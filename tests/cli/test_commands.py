"""Each command by its results: text as people read it, json held to its schema."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from basalt_cli import __version__
from jsonschema import Draft202012Validator

from tests.conftest import Outcome
from tests.support import PROMPT, Repo

Basalt = Callable[..., Outcome]
SCHEMAS = Path(__file__).parents[2] / "schemas" / "output"
SAMPLES = Path(__file__).parents[2]


def checked(outcome: Outcome, schema: str) -> Any:
    """Return the json of an outcome that fits its schema."""
    body = json.loads((SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(body).validate(outcome.json)
    return outcome.json


def test_version(basalt: Basalt) -> None:
    assert basalt("--version").out == f"basalt {__version__}\n"
    assert basalt("-C", ".", "--version").out == f"basalt {__version__}\n"


def test_help_names_every_command_in_one_line(basalt: Basalt) -> None:
    out = basalt("--help").out
    for name in ("init", "new", "list", "show", "render", "lint", "rule", "log", "diff", "status", "promote"):
        (line,) = [line for line in out.splitlines() if line.startswith(f"  {name} ")]
        assert len(line) <= 80
        assert "..." not in line
        assert basalt(name, "--help").out.startswith(f"Usage: basalt {name} ")
    assert basalt(code=2).out == out


def test_init_in_a_new_folder(basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = basalt("init", "shop", "--no-git")
    assert outcome.out == (
        "made  basalt.yaml\nmade  deployments.yaml\nmade  prompts/greeting.yaml\nmade  schemas/\nmade  .gitattributes\n\n"
        "Next: cd shop && basalt render greeting --case ada\n"
    )
    assert "git init" in outcome.err
    assert (tmp_path / "shop/.gitattributes").read_text() == "prompts/** text eol=lf\n"
    basalt("-C", "shop", "lint")
    assert "Greet Ada." in basalt("-C", "shop", "render", "greeting", "--case", "ada").out


def test_init_never_overwrites(basalt: Basalt, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.git("init", "--quiet", "--initial-branch=trunk")
    repo.write("basalt.yaml", "trunk: mine\n")
    repo.write(".gitattributes", "*.png binary")
    repo.write("prompts/own.yaml", PROMPT)
    files = checked(basalt("-C", str(tmp_path), "init", "--pre-commit", "--format", "json"), "init")["files"]
    assert {item["path"]: item["outcome"] for item in files} == {
        "basalt.yaml": "kept",
        "deployments.yaml": "made",
        "prompts/": "kept",
        "schemas/": "made",
        ".gitattributes": "added the line 'prompts/** text eol=lf'",
        ".pre-commit-config.yaml": "made",
    }
    assert repo.read("basalt.yaml") == "trunk: mine\n"
    assert repo.read(".gitattributes") == "*.png binary\nprompts/** text eol=lf\n"
    again = checked(basalt("-C", str(tmp_path), "init", "--pre-commit", "--format", "json"), "init")["files"]
    assert {item["outcome"] for item in again} == {"kept"}


def test_init_knows_the_trunk_of_the_repository(basalt: Basalt, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.git("init", "--quiet", "--initial-branch=trunk")
    basalt("-C", str(tmp_path), "init")
    assert "trunk: trunk\n" in repo.read("basalt.yaml")


def test_init_makes_a_repository_when_told(basalt: Basalt, tmp_path: Path) -> None:
    basalt("init", str(tmp_path / "a"), "--git")
    assert (tmp_path / "a/.git/HEAD").read_text() == "ref: refs/heads/main\n"


def test_new(basalt: Basalt, repo: Repo) -> None:
    assert checked(basalt("new", "team/no", "--format", "json"), "new") == {
        "slug": "team/no",
        "path": "prompts/team/no.yaml",
    }
    assert 'name: "No"\n' in repo.read("prompts/team/no.yaml")
    basalt("lint")
    assert "An example" in basalt("render", "team/no", "--case", "example").out
    basalt("new", "2024")
    basalt("lint")
    assert "exists already" in basalt("new", "greeting", code=3).err
    assert repo.read("prompts/greeting.yaml") == PROMPT


def test_list(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/broken.yaml", "- a\n")
    basalt("promote", "greeting", "--to", "staging")
    out = basalt("list").out
    assert out.splitlines()[0].split() == ["PROMPT", "STAGING", "PRODUCTION", "DESCRIPTION"]
    found = checked(basalt("list", "--format", "json"), "list")["prompts"]
    assert [item["slug"] for item in found] == ["broken", "greeting"]
    assert found[1]["environments"] == {"staging": repo.git("rev-parse", "HEAD~1")}


def test_list_works_without_a_repository(basalt: Basalt, tmp_path: Path) -> None:
    basalt("init", str(tmp_path))
    assert "greeting" in basalt("-C", str(tmp_path), "list").out


def test_show(basalt: Basalt, repo: Repo) -> None:
    shown = checked(basalt("show", "greeting", "--format", "json"), "show")
    assert shown["version"] == repo.head
    assert shown["variables"][0]["required"] is True
    repo.write("prompts/greeting.yaml", PROMPT + "name: edited\n")
    assert checked(basalt("show", "greeting", "--format", "json"), "show")["version"] is None
    assert "not committed as it stands" in basalt("show", "prompts/greeting.yaml").out
    assert checked(basalt("show", "greeting@HEAD", "--format", "json"), "show")["name"] is None


@pytest.mark.parametrize(
    "slug",
    [
        path.relative_to(SAMPLES / "prompts").with_suffix("").as_posix()
        for path in sorted((SAMPLES / "prompts").rglob("*.yaml"))
    ],
)
def test_every_case_of_the_sample_prompts_renders(basalt: Basalt, monkeypatch: pytest.MonkeyPatch, slug: str) -> None:
    monkeypatch.chdir(SAMPLES)
    for case in checked(basalt("show", slug, "--format", "json"), "show")["tests"]:
        rendered = checked(basalt("render", slug, "--case", case, "--format", "json"), "render")
        assert rendered["messages"]
        assert basalt("render", slug, "--case", case).out.startswith("# ")
        assert "messages" in basalt("render", slug, "--case", case, "--format", "openai").json
    assert basalt("show", slug).out.startswith(slug)


def test_the_samples_are_clean(basalt: Basalt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLES)
    assert checked(basalt("lint", "--format", "json"), "lint")["findings"] == []


def test_lint(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/bad.yaml", "promt: x\nprompt: '{{ nme }}'\n")
    outcome = basalt("lint", code=1)
    assert outcome.out == (
        "prompts/bad.yaml:1:1: error S201 unknown key 'promt' [unknown-key]\n"
        "    | promt: x\n"
        "    | ^^^^^\n"
        "    Did you mean 'prompt'? Known keys: name, description, feature, model, variables, system, prompt, messages, "
        "examples, output, tools, tool_choice, template, tests, metadata.\n"
        "prompts/bad.yaml:2:13: error T302 the variable 'nme' is not declared [undeclared-variable]\n"
        "    | prompt: '{{ nme }}'\n"
        "    |             ^^^\n"
        "    Declare it under variables: (declared: none).\n"
    )
    assert outcome.err == "2 errors and 0 warnings in 2 files\n"
    report = checked(basalt("lint", "--format", "json", code=1), "lint")
    assert report["summary"] == {"files": 2, "errors": 2, "warnings": 0, "infos": 0}
    assert basalt("lint", "prompts/greeting.yaml").err == "1 file checked, no findings\n"
    assert basalt("-C", "prompts", "lint", "bad.yaml", code=1).out.startswith("bad.yaml:1:1: ")


def test_lint_paths(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/a/one.yaml", PROMPT)
    repo.write("prompts/a/two.yml", PROMPT)
    repo.write("prompts/README.md", "{% if")
    repo.write("prompts/_fixtures/x.yaml", "- no prompt")
    assert basalt("lint", "prompts/a", code=1).err == "1 error and 0 warnings in 2 files\n"
    assert basalt("lint", ".", "prompts", "prompts/a/one.yaml", code=1).err == "1 error and 0 warnings in 3 files\n"
    assert "does not exist" in basalt("lint", "nope", code=3).err
    assert "is not in the prompts folder" in basalt("lint", "basalt.yaml", code=3).err


def test_lint_looks_into_partials_and_never_stops_at_one(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/p/voice.md", "{% if %}")
    repo.write("prompts/p/latin.md", b"caf\xe9")
    repo.write("prompts/p/unused.md", "{% if %}")
    repo.write("prompts/a.yaml", 'prompt: \'{% include "p/voice.md" %}{% include "p/latin.md" %}\'\n')
    repo.write("prompts/b.yaml", "[")
    codes = {item["path"]: item["code"] for item in basalt("lint", "--format", "json", code=1).json["findings"]}
    assert codes == {
        "prompts/b.yaml": "Y101",
        "prompts/p/voice.md": "T301",
        "prompts/p/latin.md": "Y102",
        "prompts/a.yaml": "T306",
    }


def test_render_takes_values_from_everywhere(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(
        "prompts/v.yaml",
        "variables:\n  s: string\n  i: integer\n  n: number\n  b: boolean\n  o: object\n  l: array\n  x: any\n  z: 'null'\n"
        "prompt: '{{ [s, i, n, b, o, l, x, z] | tojson }}'\n"
        "tests: [{name: c, variables: {s: s, i: 1, n: 1, b: true, o: {}, l: [], x: 1, z: null}}]\n",
    )

    def value(*arguments: str) -> Any:
        return json.loads(basalt("render", "v", *arguments, "--format", "json").json["text"])

    assert value("--case", "c") == ["s", 1, 1, True, {}, [], 1, None]
    repo.write("o.json", '{"k": 1}')
    repo.write("s.txt", "from a file")
    flags = ["s=a=b", "i=7", "n=1.5", "b=false", "o=@o.json", "l:=[1]", "x=no", "z=null"]
    given = [argument for flag in flags for argument in ("--var", flag)]
    assert value(*given) == ["a=b", 7, 1.5, False, {"k": 1}, [1], "no", None]
    repo.write("all.yaml", "s: y\ni: 2\n")
    assert value("--case", "c", "--vars", "all.yaml", "--var", "s=@s.txt")[:2] == ["from a file", 2]
    with repo.write("in.json", '{"i": 3}').open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert value("--case", "c", "--vars", "-")[1] == 3


def test_render_at_versions_and_environments(basalt: Basalt, repo: Repo) -> None:
    first = repo.head
    repo.commit("second", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Bye")})
    basalt("promote", "greeting", "--to", "staging", "--version", "~1")

    def text(reference: str) -> str:
        found: str = basalt("render", reference, "--var", "name=Ada", "--format", "json").json["text"]
        return found

    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Edited"))
    repo.git("tag", "-a", "-m", "x", "greeting@v1.0.0", first)
    repo.git("branch", "staging", "main")
    assert text("greeting") == "Edited Ada"
    assert text("greeting@latest") == "Bye Ada"
    assert text("greeting@staging") == "Hello Ada"
    assert text("greeting@rev:staging") == "Bye Ada"
    assert text("greeting@~1") == "Hello Ada"
    assert text("greeting@1.0.0") == text("greeting@v1.0.0") == "Hello Ada"
    assert text(f"greeting@{first[:6]}") == "Hello Ada"
    version = basalt("render", "greeting@staging", "--var", "name=A", "--format", "json").json["version"]
    assert version == first


def test_render_shows_parts_and_history(basalt: Basalt, repo: Repo) -> None:
    repo.write(
        "prompts/p.yaml",
        "variables: {h: messages}\nmessages:\n  - {insert: h}\n  - role: user\n    content: [{text: T}, {image: 'data:x'}]\n",
    )
    history = '[{"role": "user", "content": [{"text": "a"}, {"image": "u"}]}, {"role": "assistant", "content": null, "tool_calls": []}]'
    outcome = basalt("render", "p", "--var", f"h:={history}")
    assert (
        outcome.out == "# user (history)\n\na\n[image] u\n\n# assistant (history)\n\n\n\n# user\n\nT\n[image] data:x\n"
    )
    messages = checked(basalt("render", "p", "--var", f"h:={history}", "--format", "json"), "render")["messages"]
    assert messages[1] == {"role": "assistant", "content": "", "tool_calls": []}
    assert (
        "neither text nor a list of parts"
        in basalt("render", "p", "--var", 'h:=[{"role": "user", "content": 3}]', code=3).err
    )
    assert "h[0] must" in basalt("render", "p", "--var", "h:=[3]", code=3).err


def test_render_warns_of_what_a_provider_cannot_take(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/k.yaml", "model: {name: m, parameters: {top_k: 3, max_tokens: 9}}\nprompt: x\n")
    outcome = basalt("render", "k", "--format", "openai")
    assert outcome.err == "warning: top_k is left out: OpenAI has no such parameter.\n"
    assert basalt("render", "k", "--format", "anthropic").json["top_k"] == 3


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


def test_log_says_where_a_shallow_clone_ends(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    outcome = basalt("-C", str(tmp_path / "shallow"), "log", "greeting")
    assert "git fetch --unshallow" in outcome.err
    (entry,) = checked(basalt("-C", str(tmp_path / "shallow"), "log", "greeting", "--format", "json"), "log")[
        "versions"
    ]
    assert entry["version"] is None
    assert "shallow" in basalt("-C", str(tmp_path / "shallow"), "promote", "greeting", "--to", "staging", code=3).err


def test_diff(basalt: Basalt, repo: Repo) -> None:
    assert basalt("diff").out == ""
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Good morning,"))
    head = repo.head[:9]
    outcome = basalt("diff", "greeting", "--exit-code", code=1)
    assert outcome.out == (
        f"greeting  HEAD ({head}) -> working tree  wording\n"
        "  wording     the words of prompt changed: 1 word out, 2 in\n"
        "      [-Hello-]{+Good morning,+} {{ name }}\n"
    )
    assert basalt("diff").out == outcome.out
    (diff,) = checked(basalt("diff", "--format", "json"), "diff")["prompts"]
    assert (diff["slug"], diff["risk"], [change["code"] for change in diff["changes"]]) == (
        "greeting",
        "wording",
        ["wording"],
    )
    second = repo.commit("second")
    assert basalt("diff", "greeting@~1", "greeting@latest", "--exit-code", code=1).out == (
        f"greeting  ~1 ({head}) -> latest ({second[:9]})  wording\n"
        "  wording     the words of prompt changed: 1 word out, 2 in\n"
        "      [-Hello-]{+Good morning,+} {{ name }}\n"
    )
    assert basalt("diff", "greeting@HEAD", "greeting", "--exit-code").out == ""


def test_diff_of_what_comes_goes_and_breaks(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/new.yaml", "prompt: Something else entirely.\n")
    repo.write("prompts/broken.yaml", "[")
    (repo.path / "prompts/greeting.yaml").unlink()
    diffs = checked(basalt("diff", "--format", "json"), "diff")["prompts"]
    assert [(diff["slug"], diff["from"], diff["to"], diff["changes"][0]["code"]) for diff in diffs] == [
        ("broken", None, "working tree", "unreadable"),
        ("greeting", f"HEAD ({repo.head[:9]})", None, "prompt-removed"),
        ("new", None, "working tree", "prompt-added"),
    ]
    assert "there is no prompt 'nope'" in basalt("diff", "nope", code=3).err


def test_a_long_diff_shows_what_is_near_the_change(basalt: Basalt, repo: Repo) -> None:
    lines = [f"line {index}" for index in range(40)]
    body = "prompt: |\n" + "".join(f"  {line}\n" for line in lines)
    repo.commit("long", {"prompts/long.yaml": body})
    repo.write("prompts/long.yaml", body.replace("line 5\n", "line five\n").replace("line 30\n", "line thirty\n"))
    out = basalt("diff", "long").out
    assert "line [-5-]{+five+}" in out
    assert "line 20" not in out
    assert "      ...\n" in out


def test_promote_and_status(basalt: Basalt, repo: Repo) -> None:
    first = repo.head
    plan = checked(basalt("promote", "greeting", "--to", "staging", "--dry-run", "--format", "json"), "promote")
    assert (plan["applied"], plan["commit"], repo.head) == (False, None, first)
    done = checked(
        basalt("promote", "greeting", "--to", "staging", "--reason", "first try", "--format", "json"), "promote"
    )
    assert (done["applied"], done["commit"]) == (True, repo.head)
    message = repo.git("log", "-1", "--format=%B")
    assert message.startswith("Promote greeting to staging\n\nfirst try\n\ngreeting: nothing -> ")
    trailers = repo.git("log", "-1", "--format=%(trailers:only,unfold)")
    assert f"Basalt-Move: greeting - {first} sha256:" in trailers
    assert "Basalt-Event: " in trailers
    second = repo.commit("second", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Bye")})
    status = checked(basalt("status", "--format", "json"), "status")
    assert status["environments"] == ["staging", "production"]
    (row,) = status["prompts"]
    assert row["latest"] == second
    assert row["environments"] == {
        "staging": {"version": first, "digest": row["environments"]["staging"]["digest"], "release": None, "behind": 1}
    }
    assert basalt("status").out == (
        f"PROMPT    LATEST     STAGING               PRODUCTION\ngreeting  {second[:9]}  {first[:9]} (1 behind)  -\n"
    )
    moved = basalt("promote", "greeting", "--to", "production")
    assert f"gate merged: passed, {first[:9]} is in main" in moved.out
    assert "runs in production already" in basalt("promote", "greeting", "--to", "production").out


def test_promote_moves_all_or_none(basalt: Basalt, repo: Repo) -> None:
    before = repo.commit("two", {"prompts/a.yaml": PROMPT, "prompts/b.yaml": "prompt: '{{ x }}'\n"})
    repo.write("basalt.yaml", "trunk: main\nenvironments: {staging: {require: [lint]}}\n")
    outcome = basalt("promote", "a", "b", "--to", "staging", code=1)
    assert "b: lint: 1 error, first prompts/b.yaml:1:13: T302" in outcome.err
    assert "nothing was moved" in outcome.err
    assert repo.head == before
    basalt("promote", "a", "b", "--to", "staging", "--dry-run", code=1)
    basalt("promote", "a", "gr*", "--to", "staging")
    assert sorted(basalt("status", "--format", "json").json["prompts"][0]["environments"]) == ["staging"]
    assert repo.git("log", "-1", "--format=%s") == "Promote 2 prompts to staging"
    assert "no prompt matches" in basalt("promote", "zz*", "--to", "staging", code=3).err


def test_promote_touches_its_file_alone(basalt: Basalt, repo: Repo) -> None:
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


def test_promote_asks_and_refuses(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("basalt.yaml", "trunk: main\nenvironments: {live: {confirm: true}}\n")
    before = repo.head
    assert "no terminal to ask on" in basalt("promote", "greeting", "--to", "live", code=3).err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    assert "not confirmed" in basalt("promote", "greeting", "--to", "live", code=3).err
    assert repo.head == before
    monkeypatch.setattr("typer.confirm", lambda *_, **__: True)
    basalt("promote", "greeting", "--to", "live")
    assert repo.head != before


def test_promote_takes_only_what_is_on_the_trunk(basalt: Basalt, repo: Repo) -> None:
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
    repo.commit("parted", {"README.md": "x"})
    parted = basalt("promote", "greeting", "--to", "production", code=3)
    assert "have parted; pointers are read from the latter" in parted.err
    assert "main has parted from origin/main" in parted.err


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


def test_completion(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def complete(line: str) -> list[str]:
        words = line.split(" ")
        monkeypatch.setenv("_BASALT_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        return basalt(code=None).out.split()

    repo.write("prompts/cased.yaml", PROMPT + "tests: [{name: first}]\n")
    assert complete("basalt render gr") == ["greeting"]
    assert complete("basalt show greeting@") == ["greeting@latest", "greeting@staging", "greeting@production"]
    assert complete("basalt promote x --to pro") == ["production"]
    assert complete("basalt render cased --case ") == ["first"]
    assert "status" in complete("basalt st")
    (repo.path / "basalt.yaml").write_text("[")
    assert complete("basalt render gr") == []
    assert complete("basalt promote x --to pro") == []
    assert complete("basalt render cased --case ") == []


def test_rules_are_explained(basalt: Basalt) -> None:
    rules = checked(basalt("rule", "--all", "--format", "json"), "rule")["rules"]
    assert [rule["code"] for rule in rules] == [line.split()[0] for line in basalt("rule", "--all").out.splitlines()]
    assert basalt("rule", "t302").out.startswith("T302 undeclared-variable (error)\n\nA template uses")
    assert basalt("rule", "undeclared-variable").out == basalt("rule", "T302").out
    markdown = basalt("rule", "--all", "--format", "markdown").out
    assert markdown.count("```yaml\n") == markdown.count("\n```\n") == 2 * len(rules)
    assert "Did you mean 'T302'" in basalt("rule", "T3O2", code=2).err
    assert "name one rule" in basalt("rule", code=2).err
    assert "name one rule" in basalt("rule", "T302", "--all", code=2).err


def test_rules_are_chosen(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/bad.yaml", "promt: x\nprompt: '{{ nme }}'\nvariables: {x: any}\n")

    def codes(*arguments: str) -> list[str]:
        return [item["code"] for item in basalt("lint", *arguments, "--format", "json", code=None).json["findings"]]

    repo.write("prompts/bad.yaml", "promt: x\nprompt: '{{ nme }}'\n")
    assert codes() == ["S201", "T302"]
    assert codes("--select", "T") == codes("--ignore", "S") == codes("--ignore", "unknown-key") == ["T302"]
    assert codes("--select", "S,T", "--ignore", "T302") == ["S201"]
    assert codes("--select", "T302", "--ignore", "T") == ["T302"]
    assert codes("--ignore", "ALL", "--extend-select", "S201") == ["S201"]
    config = "trunk: main\nlint:\n  ignore: [S]\n  severity: {T: warning, T302: info}\n"
    repo.write("basalt.yaml", config)
    assert codes() == ["T302"]
    assert basalt("lint", "--format", "json").json["findings"][0]["severity"] == "info"
    repo.write("basalt.yaml", config + "  per-path-ignores: {'prompts/b*': [T302]}\n")
    assert codes() == []
    repo.write("basalt.yaml", "lint:\n  select: [T3O2]\n")
    outcome = basalt("lint", code=3)
    assert outcome.err.startswith(
        "error: basalt.yaml:2:12: 'T3O2' is no rule, family or ALL\nhint: Did you mean 'T302'?"
    )
    repo.write("basalt.yaml", "trunk: main\n")
    assert "'nope' is no rule" in basalt("lint", "--ignore", "nope", code=2).err


def test_no_file_keeps_lint_busy(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/many.yaml", "prompt: |\n" + "  {{a}}{{b}}{{c}} some words\n" * 4_000)
    repo.write("prompts/crlf.yaml", "prompt: " + json.dumps("{{ a }}\r\n" * 8_000) + "\n")
    started = time.monotonic()
    findings = basalt("lint", "--format", "json", code=1).json["findings"]
    assert len(findings) == 20_000
    assert findings[-1]["line"] == 4_001
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("name", ["\\ud800.md", "x" * 300 + ".md", "a" * 5000, "a\\nb", "a\\u0000b"])
def test_an_odd_include_is_a_finding_and_stops_nothing(basalt: Basalt, repo: Repo, name: str) -> None:
    repo.write("prompts/odd.yaml", "prompt: " + json.dumps(f'{{% include "{name}" ignore missing %}}') + "\n")
    repo.commit("odd")
    assert basalt("lint", code=None).code in (0, 1)
    for command in (["show", "odd"], ["status"], ["log", "odd"], ["diff", "odd@HEAD~1", "odd@HEAD"], ["lint"]):
        assert basalt(*command, code=None).code in (0, 1, 3)
    basalt("promote", "greeting", "--to", "staging")


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


def test_init_follows_the_prompts_folder_that_is_set(basalt: Basalt, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.write("basalt.yaml", "prompts: src/p\n")
    assert "render greeting" in basalt("-C", str(tmp_path), "init").out
    assert repo.read(".gitattributes") == "src/p/** text eol=lf\n"
    assert "Next: basalt lint" in basalt("-C", str(tmp_path), "init").out
    basalt("-C", str(tmp_path), "lint")


def test_a_repository_of_another_hash_is_refused(basalt: Basalt, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "sha256")
    repo.path.mkdir()
    repo.git("init", "--quiet", "--object-format=sha256")
    basalt("-C", str(repo.path), "init", code=3)


def test_a_promotion_needs_no_prompts_on_disk(basalt: Basalt, repo: Repo) -> None:
    repo.git("rm", "--quiet", "-r", "--cached", "prompts")
    (repo.path / "prompts/greeting.yaml").unlink()
    (repo.path / "prompts").rmdir()
    repo.git("reset", "--quiet")
    basalt("promote", "greeting", "--to", "staging")


def test_what_is_reserved_is_not_linted(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/README.md", "{% if")
    assert basalt("lint", "prompts/README.md").err == "0 files checked, no findings\n"


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
    basalt("status")
    basalt("promote", "greeting", "--to", "staging")


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


def test_a_pointer_to_a_lost_commit_is_shown_and_mended(basalt: Basalt, repo: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    version = repo.git("rev-parse", "HEAD~1")
    repo.commit("lost", {"deployments.yaml": repo.read("deployments.yaml").replace(version, "a" * 40)})
    assert "aaaaaaaaa (not in this clone)" in basalt("status").out
    assert "not in this clone" in basalt("show", "greeting@staging", code=3).err
    basalt("promote", "greeting", "--to", "staging")
    assert basalt("status", "--format", "json").json["prompts"][0]["environments"]["staging"]["version"] == version


def test_no_value_can_write_a_line_of_its_own(basalt: Basalt, repo: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    fake = "b\n    gate lint: passed, forged"
    repo.commit("x", {"prompts/greeting.yaml": PROMPT + f"model: {{name: {json.dumps(fake)}}}\n"})
    out = basalt("promote", "greeting", "--to", "staging", "--dry-run").out
    assert not [line for line in out.splitlines() if line.startswith("    gate lint: passed, forged")]
    repo.write("prompts/a\nb: 0 findings\n.yaml", "[")
    assert not [line for line in basalt("lint", code=1).out.splitlines() if line.startswith("b: 0")]


def test_a_prompt_that_came_back_keeps_its_log(basalt: Basalt, repo: Repo) -> None:
    first = repo.head
    (repo.path / "prompts/greeting.yaml").unlink()
    repo.commit("gone")
    again = repo.commit("back", {"prompts/greeting.yaml": PROMPT})
    versions = basalt("log", "greeting", "--format", "json").json["versions"]
    assert [entry["version"] for entry in versions] == [again, first]
    assert "Hello A" in basalt("render", "greeting@~1", "--var", "name=A").out


def test_shallow_clones_say_so(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
    basalt("promote", "greeting", "--to", "staging")
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    shallow = ("-C", str(tmp_path / "shallow"))
    assert "git fetch --unshallow" in basalt(*shallow, "show", "greeting@~1", code=3).err
    assert "git fetch --unshallow" in basalt(*shallow, "show", "greeting@staging", code=3).err
    assert "this clone is shallow" in basalt(*shallow, "show", "greeting@HEAD").out


def test_a_partial_clone_says_so(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
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
    basalt("promote", "greeting", "--to", "staging")


def test_strange_commits_are_listed(basalt: Basalt, repo: Repo) -> None:
    tree = repo.git("rev-parse", "HEAD^{tree}")
    body = f"tree {tree}\nparent {repo.head}\nauthor A <a@x> 99999999999999999 +0000\ncommitter A <a@x> nodate\n\nodd\n"
    repo.write("odd", body)
    commit = repo.git("hash-object", "-t", "commit", "-w", "--literally", "odd")
    repo.git("update-ref", "refs/heads/main", commit)
    assert checked(basalt("log", "greeting", "--format", "json"), "log")["versions"]


def test_init_quotes_what_is_no_text(basalt: Basalt, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.git("init", "--quiet", "--initial-branch=2.0")
    repo.write(".gitattributes", b"caf\xe9 binary\n")
    basalt("-C", str(tmp_path), "init")
    basalt("-C", str(tmp_path), "lint")


def test_lint_raises_no_false_alarm(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/base.md", "{% block a %}{{ zzz }}{% endblock %}{% block c %}{{ yyy }}{% endblock %}\n")
    repo.write(
        "prompts/child.yaml", "prompt: '{% extends \"base.md\" %}{% block a %}x{% endblock %}'\nvariables: {yyy: any}\n"
    )
    repo.write("prompts/range.yaml", "variables: {range: string}\nprompt: '{{ range }}'\n")
    basalt("lint")
    repo.write(
        "prompts/child.yaml",
        "prompt: '{% extends \"base.md\" %}{% block a %}{{ super() }}{% endblock %}'\nvariables: {yyy: any}\n",
    )
    assert "'zzz' in base.md" in basalt("lint", code=1).out


def test_a_list_of_types_types_what_is_given(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/n.yaml", "variables: {n: {type: [integer, 'null']}}\nprompt: '{{ n }}'\n")
    assert basalt("render", "n", "--var", "n=5", "--format", "json").json["text"] == "5"
    assert basalt("render", "n", "--var", "n=null", "--format", "json").json["text"] == "None"
    assert "n must be an integer or null" in basalt("render", "n", "--var", "n=x", code=3).err


def test_comments_switch_rules_off_where_they_stand(basalt: Basalt, repo: Repo) -> None:
    def codes(text: str, *arguments: str) -> list[str]:
        repo.write("prompts/s.yaml", text)
        report = basalt("lint", "prompts/s.yaml", *arguments, "--format", "json", code=None).json
        return [f"{item['code']}:{item['line']}" for item in report["findings"]]

    two = "prompt: |\n  {{ a }} {# basalt: ignore[T302] why #}\n  {{ b }}\n"
    assert codes(two) == ["T302:3"]
    assert codes("# basalt: ignore[T302]\n" + two) == []
    assert codes("nme: x # basalt: ignore[S201, T302]\nprompt: x\n") == ["Y108:1"]
    assert codes("nme: x # basalt: ignore[S]\nprompt: x\n") == []
    assert codes("prompt: x # basalt: ignore[T302]\n", "--ignore", "Y108") == []
    assert codes("prompt: x # basalt: ignore[T302]\n", "--select", "S,Y") == []
    assert codes("prompt: '# basalt: ignore[T302] {{ a }}'\n") == ["T302:1"]
    repo.write("prompts/p.md", "{# basalt: ignore[T304] #}\n{{ 'x' | uper }}\n{{ 'x' | uper }}\n")
    assert codes("prompt: \"{% include 'p.md' %}\"\n") == []
    assert basalt("lint", "prompts/p.md").out == ""
