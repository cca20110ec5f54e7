"""``basalt diff``: which sides, which formats, what the model reads."""

from __future__ import annotations

import html.parser
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from typing import Any

import pytest
from basalt_cli.cli.reports.diff.markdown_format import MOST_CHARACTERS
from basalt_cli.diff.prompt import compare_prompts
from basalt_cli.model.change_codes import CODES

from tests.cli.checking import checked
from tests.conftest import Outcome
from tests.diff.pairs import PAIRS, source
from tests.support import PROMPT, Repo

Basalt = Callable[..., Outcome]


def prompts(outcome: Outcome) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = checked(outcome, "diff")["prompts"]
    return found


def summary(outcome: Outcome) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(p["slug"], [(c["code"], c["risk"]) for c in p["changes"]]) for p in prompts(outcome)]


WORDS = [("wording", "wording")]


def test_a_range_with_and_without_prompts(basalt: Basalt, repo: Repo) -> None:
    repo.commit("Two", {"prompts/a.yaml": "prompt: one\n", "prompts/b.yaml": "prompt: one x\n"})
    repo.commit("Three", {"prompts/a.yaml": "prompt: two\n", "prompts/b.yaml": "prompt: two x\n"})
    assert summary(basalt("diff", "HEAD~1..HEAD", "--format", "json")) == [("a", WORDS), ("b", WORDS)]
    assert summary(basalt("diff", "HEAD~1..", "b", "--format", "json")) == [("b", WORDS)]
    assert summary(basalt("diff", "HEAD~1..HEAD", "[ab]", "--format", "json")) == [("a", WORDS), ("b", WORDS)]
    assert basalt("diff", "HEAD~1..HEAD", "--exit-code", code=1).out.startswith("a  HEAD~1 (")
    assert basalt("diff", "HEAD..HEAD", "--exit-code").out == ""
    assert basalt("diff", "~1..latest", code=2).err == (
        "error: '~1' means another commit for each prompt\nhint: Name one prompt: basalt diff SLUG@~1.\n"
    )
    assert basalt("diff", "HEAD~1..HEAD", "c", code=3).err == (
        "error: there is no prompt 'c' on either side\nhint: Prompts of both sides: a, b, greeting.\n"
    )


def test_environments_against_each_other(basalt: Basalt, repo: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    basalt("promote", "greeting", "--to", "production")
    repo.commit("New", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    basalt("promote", "greeting", "--to", "staging")
    (found,) = prompts(basalt("diff", "--env", "production", "--env", "staging", "--format", "json"))
    assert (found["slug"], found["risk"]) == ("greeting", "wording")
    assert found["from"].startswith("production (")
    assert summary(basalt("diff", "production..latest", "--format", "json")) == [("greeting", WORDS)]
    assert prompts(basalt("diff", "greeting", "--env", "staging", "--format", "json")) == []
    assert "there is no environment 'nope'" in basalt("diff", "--env", "nope", code=3).err


def test_what_is_staged(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Hi"))
    repo.git("add", "prompts")
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Good day and welcome"))
    (found,) = prompts(basalt("diff", "--staged", "--format", "json"))
    assert found["changes"][0]["new"] == "Hi {{ name }}"
    assert basalt("diff", "HEAD..HEAD", "--staged", code=2).err == (
        "error: --staged compares HEAD with the index\nhint: Name prompts only, or leave --staged out.\n"
    )


def test_what_stdin_holds(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(PROMPT.replace("Hello", "Hi").encode())))
    assert summary(basalt("diff", "greeting", "-", "--format", "json")) == [("greeting", WORDS)]
    assert repo


def test_removed_and_moved_prompts_hurt_only_where_they_run(basalt: Basalt, repo: Repo) -> None:
    text = "prompt: A text that is long enough to be known again.\nname: One\n"
    repo.commit("One", {"prompts/one.yaml": text})
    repo.git("mv", "prompts/one.yaml", "prompts/two.yaml")
    (found,) = prompts(basalt("diff", "--format", "json"))
    (change,) = found["changes"]
    assert (found["slug"], change["code"], change["old"], change["risk"]) == ("two", "prompt-moved", "one", "none")
    repo.git("mv", "prompts/two.yaml", "prompts/one.yaml")
    basalt("promote", "one", "--to", "staging")
    repo.git("rm", "--quiet", "prompts/one.yaml")
    (found,) = prompts(basalt("diff", "--format", "json"))
    assert [(c["code"], c["risk"]) for c in found["changes"]] == [("prompt-removed", "breaking")]
    assert "deployed to staging" in found["changes"][0]["message"]


def test_only_some_risks(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Hi") + "name: x\n")
    assert summary(basalt("diff", "--only", "none", "--format", "json")) == [("greeting", [("name", "none")])]
    assert basalt("diff", "--only", "breaking", "--exit-code").out == ""


def test_layout_is_no_difference(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/greeting.yaml", "# A comment\nprompt: 'Hello {{name}}'\nvariables:\n  name: {type: string}\n")
    assert basalt("diff", "--exit-code").out == ""


CASES = PROMPT + "tests:\n  - {name: ada, variables: {name: Ada}}\n  - {name: bob, variables: {name: Bob}}\n"


def test_what_the_model_reads(basalt: Basalt, repo: Repo) -> None:
    repo.commit("Cases", {"prompts/greeting.yaml": CASES})
    changed = CASES.replace("Hello {{ name }}", "Hello {{ 'dear ' if name == 'Ada' }}{{ name }}")
    repo.write("prompts/greeting.yaml", changed)
    (found,) = prompts(basalt("diff", "--rendered", "--format", "json"))
    assert [(case["case"], case["old"], case["new"]) for case in found["rendered"]] == [
        ("ada", [{"role": "user", "text": "Hello Ada"}], [{"role": "user", "text": "Hello dear Ada"}])
    ]
    assert "Hello {+dear +}Ada" in basalt("diff", "--rendered").out
    repo.write("prompts/greeting.yaml", CASES.replace("{{ name }}", "{{ name.x.y }}"))
    (found,) = prompts(basalt("diff", "--rendered", "--format", "json"))
    assert all("undefined" in case["new_error"] or "no attribute" in case["new_error"] for case in found["rendered"])
    assert "case 'ada' fails on the new side" in basalt("diff", "--rendered").out


def test_every_code_is_explained(basalt: Basalt) -> None:
    known = {code for code, _, _ in CODES}
    found = {change.code for old, new, _ in PAIRS for change in compare_prompts(source(old), source(new))}
    assert {code for code in found if not code.startswith("partial-")} <= known
    explained = basalt("diff", "--explain").out
    assert all(code in explained for code in known)


HOSTILE = "prompt: |\n  </pre><script>alert(1)</script> ``` | <b>x</b>\n  ::error::x \x1b[31m\n"


class Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append(tag)


def test_the_page_holds_no_foreign_markup(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/x.yaml", "prompt: a\n")
    repo.commit("x")
    repo.write("prompts/x.yaml", HOSTILE.replace("\x1b", "e"))
    page = basalt("diff", "--format", "html").out
    tags = Tags()
    tags.feed(page)
    assert {"script", "b"}.isdisjoint(tags.found)
    assert "ins" in tags.found
    assert "http" not in page.replace("http-equiv", "")


def test_markdown_fits_a_comment_and_keeps_its_fences(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/x.yaml", "prompt: a\n")
    repo.commit("x")
    repo.write("prompts/x.yaml", HOSTILE.replace("\x1b", "e"))
    out = basalt("diff", "--format", "markdown").out
    assert out.startswith("| prompt | risk | changes |\n|---|---|---|\n| x | ")
    assert "````diff\n" in out
    assert "<details>\n<summary>x</summary>" in out
    for number in range(150):
        repo.write(f"prompts/many{number}.yaml", "prompt: |\n" + f"  line {number}\n" * 200)
    repo.commit("many")
    for number in range(150):
        repo.write(f"prompts/many{number}.yaml", "prompt: |\n" + f"  other {number}\n" * 200)
    out = basalt("diff", "--format", "markdown").out
    assert len(out) <= MOST_CHARACTERS + 200
    assert "are left out: see `basalt diff`" in out
    assert out.count("<details>") == out.count("</details>")


MANY = {f"prompts/p{number}.yaml": "prompt: |\n  {% include 'voice.md' %} now\n" for number in range(60)}


def test_many_prompts_are_compared_once_and_remembered(basalt: Basalt, repo: Repo) -> None:
    """What is remembered must never outlive a change of any file that takes part."""
    repo.commit("Many", {**MANY, "prompts/voice.md": "Kindly."})
    repo.commit("Voice", {"prompts/voice.md": "Firmly."})
    first = summary(basalt("diff", "HEAD~1..HEAD", "--format", "json"))
    assert len(first) == len(MANY)
    (store,) = (repo.path / ".git/basalt").glob("changes-*.json")
    seal = store.read_bytes()
    assert summary(basalt("diff", "HEAD~1..HEAD", "--format", "json")) == first
    assert store.read_bytes() == seal
    repo.commit("Files too", {name: text.replace("now", "then") for name, text in MANY.items()})
    repo.commit("Voice again", {"prompts/voice.md": "Kindly."})
    both = basalt("diff", "HEAD~3..HEAD", "--format", "json")
    repo.commit("Voice once more", {"prompts/voice.md": "Firmly."})
    assert len(summary(basalt("diff", "HEAD~4..HEAD", "--format", "json"))) == len(MANY)
    assert basalt("diff", "HEAD~4..HEAD", "--format", "json").out != both.out
    for damaged in (b"", seal[:-2], seal.replace(b"wording", b"nothing", 1), b"\0"):
        store.write_bytes(damaged)
        assert summary(basalt("diff", "HEAD~4..HEAD~3", "--format", "json")) == first


def test_prompts_that_no_change_can_reach_are_not_read(basalt: Basalt, repo: Repo) -> None:
    repo.commit("Many", {**MANY, "prompts/voice.md": "Kindly."})
    repo.commit("One", {"prompts/p7.yaml": "prompt: other\n"})
    (found,) = summary(basalt("diff", "HEAD~1..HEAD", "--format", "json"))
    assert found[0] == "p7"
    assert not (repo.path / ".git/basalt").exists()
    repo.write("prompts/p8.yaml", "prompt: staged\n")
    repo.git("add", "--all")
    assert [slug for slug, _ in summary(basalt("diff", "--staged", "--format", "json"))] == ["p8"]
    repo.git("rm", "-q", "--cached", "prompts/voice.md")
    assert len(summary(basalt("diff", "--staged", "--format", "json"))) == len(MANY) - 1
