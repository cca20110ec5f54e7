"""Commands in one repository: their output and exit code."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from basalt_cli import __version__
from basalt_cli.cli.app import MODULES, read_summary

from tests.cli.checking import SAMPLES, Basalt, checked
from tests.support import PROMPT, Repo


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


@pytest.mark.parametrize("module", MODULES.values())
def test_the_help_shows_the_first_sentence_of_each_docstring(module: str) -> None:
    docstring = import_module(f"basalt_cli.cli.commands.{module}").command.__doc__
    assert read_summary(module) == re.split(r"(?<=\.)\s", docstring)[0]


def test_init_in_a_new_folder(basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = basalt("init", "shop", "--no-git")
    assert outcome.out == (
        "made  basalt.yaml\nmade  deployments.yaml\nmade  prompts/greeting.yaml\nmade  schemas/\nmade  .gitattributes\n\n"
        "Next: cd shop && basalt render greeting --case ada\n"
    )
    assert "git init" in outcome.err
    assert (tmp_path / "shop/.gitattributes").read_text() == "prompts/** text eol=lf\ndeployments.yaml merge=basalt\n"
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
        ".gitattributes": "added 'prompts/** text eol=lf' and 'deployments.yaml merge=basalt'",
        ".pre-commit-config.yaml": "made",
    }
    assert repo.read("basalt.yaml") == "trunk: mine\n"
    assert repo.read(".gitattributes") == "*.png binary\nprompts/** text eol=lf\ndeployments.yaml merge=basalt\n"
    again = checked(basalt("-C", str(tmp_path), "init", "--pre-commit", "--format", "json"), "init")["files"]
    assert {item["outcome"] for item in again} == {"kept"}


def test_init_takes_the_branch_of_the_repository_as_trunk(basalt: Basalt, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.git("init", "--quiet", "--initial-branch=trunk")
    basalt("-C", str(tmp_path), "init")
    assert "trunk: trunk\n" in repo.read("basalt.yaml")


def test_init_creates_a_repository_with_git(basalt: Basalt, tmp_path: Path) -> None:
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
    assert "\nversion  not committed\n" in basalt("show", "prompts/greeting.yaml").out
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


def test_render_takes_values_from_options_files_and_cases(
    basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_render_warns_of_parameters_that_a_provider_does_not_have(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/k.yaml", "model: {name: m, parameters: {top_k: 3, max_tokens: 9}}\nprompt: x\n")
    outcome = basalt("render", "k", "--format", "openai")
    assert outcome.err == "warning: top_k is left out: OpenAI has no such parameter.\n"
    assert basalt("render", "k", "--format", "anthropic").json["top_k"] == 3


def test_diff(basalt: Basalt, repo: Repo) -> None:
    assert basalt("diff").out == ""
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Good morning,"))
    head = repo.head[:9]
    outcome = basalt("diff", "greeting", "--exit-code", code=1)
    assert outcome.out == (
        f"greeting  HEAD ({head}) -> working tree  wording\n"
        "  wording     the words of prompt changed: +2 -1 words\n"
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
        "  wording     the words of prompt changed: +2 -1 words\n"
        "      [-Hello-]{+Good morning,+} {{ name }}\n"
    )
    assert basalt("diff", "greeting@HEAD", "greeting", "--exit-code").out == ""


def test_diff_of_added_removed_and_unreadable_prompts(basalt: Basalt, repo: Repo) -> None:
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


def test_a_long_diff_shows_the_lines_around_a_change(basalt: Basalt, repo: Repo) -> None:
    lines = [f"line {index}" for index in range(40)]
    body = "prompt: |\n" + "".join(f"  {line}\n" for line in lines)
    repo.commit("long", {"prompts/long.yaml": body})
    repo.write("prompts/long.yaml", body.replace("line 5\n", "line five\n").replace("line 30\n", "line thirty\n"))
    out = basalt("diff", "long").out
    assert "line [-5-]{+five+}" in out
    assert "line 20" not in out
    assert "      ...\n" in out


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


def test_init_follows_the_prompts_folder_that_is_set(basalt: Basalt, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.write("basalt.yaml", "prompts: src/p\n")
    assert "render greeting" in basalt("-C", str(tmp_path), "init").out
    assert repo.read(".gitattributes") == "src/p/** text eol=lf\ndeployments.yaml merge=basalt\n"
    assert "Next: basalt lint" in basalt("-C", str(tmp_path), "init").out
    basalt("-C", str(tmp_path), "lint")


def test_init_quotes_what_is_no_text(basalt: Basalt, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.git("init", "--quiet", "--initial-branch=2.0")
    repo.write(".gitattributes", b"caf\xe9 binary\n")
    basalt("-C", str(tmp_path), "init")
    assert '\ntrunk: "2.0"\n' in repo.read("basalt.yaml")
    attributes = b"caf\xe9 binary\nprompts/** text eol=lf\ndeployments.yaml merge=basalt\n"
    assert (tmp_path / ".gitattributes").read_bytes() == attributes
    assert basalt("-C", str(tmp_path), "lint").err == "1 file checked, no findings\n"


def test_a_value_is_converted_to_one_of_several_types(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/n.yaml", "variables: {n: {type: [integer, 'null']}}\nprompt: '{{ n }}'\n")
    assert basalt("render", "n", "--var", "n=5", "--format", "json").json["text"] == "5"
    assert basalt("render", "n", "--var", "n=null", "--format", "json").json["text"] == "None"
    assert "n must be an integer or null" in basalt("render", "n", "--var", "n=x", code=3).err
