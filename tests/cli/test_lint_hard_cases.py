"""Lint on what a hostile reader found: lost text, stale answers, hangs, false alarms."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.cli.test_lint import lint
from tests.conftest import Outcome
from tests.support import Repo

Basalt = Callable[..., Outcome]


def test_a_young_file_that_is_deleted_is_missed(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/one.yaml", "prompt: '{% include \"partials/p.md\" %}'\n")
    repo.write("prompts/partials/p.md", "part\n")
    assert lint(basalt) == []
    (repo.path / "prompts/partials/p.md").unlink()
    assert lint(basalt) == [("prompts/one.yaml", "T306")]


@pytest.mark.parametrize(
    "text",
    [
        "prompt: see foo#basalt:ignore[T303] bar\ndescripton: x\n",
        'variables:\n  "a # basalt: ignore[T302] b": string\nprompt: d4\n',
        'prompt: "a\\ \n  b"\ndescripton: x\n',
        "prompt: a\ndescripton: a\ndescriptoin: b\n",
        "variables:\n  a: string  # basalt: ignore[T303] kept for callers\nprompt: '{{ 1 | uper }} b'\n",
        "variables:\n  a: string  # basalt: ignore[t303] kept\nprompt: b\n",
    ],
)
def test_no_fix_loses_text(basalt: Basalt, repo: Repo, text: str) -> None:
    repo.write("prompts/x.yaml", text)
    basalt("lint", "--fix", code=None)
    assert repo.read("prompts/x.yaml") == text


def test_two_slips_do_not_become_one_key_twice(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/x.yaml", "prompt: a\ndescripton: a\ndescriptoin: b\n")
    basalt("lint", "--fix", "--unsafe-fixes", code=1)
    assert repo.read("prompts/x.yaml").count("description:") == 1


def test_a_fault_inside_an_unchanged_partial_is_told_at_the_prompt(basalt: Basalt, repo: Repo) -> None:
    repo.commit(
        "All",
        {
            "prompts/one.yaml": "prompt: '{% include \"q.md\" %}'\n",
            "prompts/q.md": "{% include 'p.md' %}\n",
            "prompts/p.md": "x\n",
        },
    )
    repo.git("rm", "--quiet", "prompts/p.md")
    repo.commit("Gone")
    assert ("prompts/one.yaml", "T306") in lint(basalt, "prompts/one.yaml")
    assert ("prompts/one.yaml", "T306") in lint(basalt, "--changed", "HEAD~1")


U = "variables: {u: {type: string, untrusted: true}}\n"
HOSTILE = {
    "open tags": U + "prompt: |\n" + "  <a>{{ u }}\n" * 9_000,
    "many tags": U + "prompt: |\n" + "".join(f"  <a{n}>{{{{ u }}}}\n" for n in range(8_000)),
    "rules": U + "prompt: |\n" + "  {{ u }}\n  ---\n" * 9_000,
    "comments": 'prompt: "' + "<!--" * 50_000 + '"\n',
    "jinja comments": "prompt: '" + "{# " * 60_000 + "'\n",
    "variables": "variables:\n" + "".join(f"  v{n}: any\n" for n in range(5_000)) + "prompt: '" + "".join(f"{{{{ w{n} }}}}" for n in range(3_000)) + "'\n",
    "braces": "variables:\n" + "".join(f"  v{n}: any\n" for n in range(4_000)) + "prompt: '" + "".join(f"{{u{n}}} " for n in range(4_000)) + "'\n",
    "suppressions": "prompt: a # basalt: ignore[" + "T302," * 40_000 + "]\n",
    "addresses": "prompt: '" + "://a:" * 40_000 + "'\n",
    "parameters": "prompt: a\nmodel:\n  parameters:\n" + "".join(f"    temperatur{n}: 1\n" for n in range(9_000)),
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_file_hangs_the_linter(basalt: Basalt, repo: Repo, text: str) -> None:
    repo.write("prompts/x.yaml", text)
    started = time.monotonic()
    basalt("lint", "--no-cache", code=None)
    # Each took from four seconds to more than a minute; a slow machine under coverage needs some room.
    assert time.monotonic() - started < 15


def test_a_name_that_is_not_unicode_is_reported_in_every_format(basalt: Basalt, repo: Repo) -> None:
    (repo.path / "prompts" / "bad\udcff.yaml").write_text("prompt: '{{ x }}'\n")
    for output in ("text", "concise", "json", "github", "sarif", "junit", "gitlab"):
        assert "T302" in basalt("lint", "--format", output, code=1).out


def test_a_diff_shows_no_secret_and_keeps_line_ends(basalt: Basalt, repo: Repo) -> None:
    key = "AKIA" + "Q3EGRVT5JL2XW7PB"
    repo.write("prompts/x.yaml", f'# {key}\nname: 2026-01-01\nprompt: "a\u2028b"\n')
    out = basalt("lint", "--diff", code=1).out
    assert key not in out
    assert "No newline" not in out


GOOD = {
    "flag": "prompt: 🏴󠁧󠁢󠁥󠁮󠁧󠁿 plays\n",
    "persian": "prompt: AI\u200cها\n",
    "suffix": "prompt: JSONом и PDFом, поле_name\n",
    "provider": "model: {provider: openai, name: m, parameters: {temperature: 1, top_p: 1, top_k: -1, top_a: 1, stop: null}}\nprompt: a\n",
    "headings": "variables: {t: boolean, s: string}\nprompt: |\n  {% if t %} # Tools{% endif %}\n  {{ s }} # {{ s }}\n  <!-- BEGIN CONTEXT -->\n",
    "latex": "variables: {n: string, table: string}\nprompt: |\n  {{ n }}{{ table }} $x^{n}$ \\frac{1}{n} /tables/{table}\n",
    "alias": "variables: {a: {type: string, optional: true}, c: boolean}\nprompt: '{% if c %}{% set v = 1 %}{% endif %}{{ v if c }}{{ a | d(1) }}'\n",
    "brackets": U + "prompt: |\n  [BEGIN DATA]\n  {{ u }}\n  [END DATA]\n  <<<{{ u }}>>> `{{ u }}`\n",
    "cut blanks": "variables: {c: boolean}\nprompt: |\n  {% if c -%}  \n  x\n  {%- endif %}\n",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_plausible_prompts_raise_no_alarm(basalt: Basalt, repo: Repo, text: str) -> None:
    repo.write("prompts/x.yaml", text)
    assert basalt("lint", "--no-cache").out == ""


def test_defaults_and_settings_make_two_prompts_of_one_text(basalt: Basalt, repo: Repo) -> None:
    for name, tone in (("a", "warm"), ("b", "cold")):
        repo.write(
            f"prompts/{name}.yaml",
            f"variables: {{tone: {{type: string, default: {tone}}}}}\nprompt: '{{{{ tone }}}}'\n",
        )
    assert lint(basalt) == []


def test_patterns_mean_what_a_shell_means(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/three.yaml", "prompt: '{{ a }}'\n")
    repo.write("prompts/x/three.yaml", "prompt: '{{ b }}'\n")
    assert lint(basalt, "prompts/**/three.yaml") == [("prompts/three.yaml", "T302"), ("prompts/x/three.yaml", "T302")]
    assert lint(basalt, "prompts/*.yaml") == [("prompts/three.yaml", "T302")]


def test_options_that_do_nothing_are_refused(basalt: Basalt, repo: Repo) -> None:
    assert "--unsafe-fixes needs --fix or --diff" in basalt("lint", "--unsafe-fixes", code=2).err
    assert "--select names no rule" in basalt("lint", "--select", "", code=2).err
    assert repo


def test_a_comment_without_rules_is_told(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/x.yaml", "prompt: a # basalt: ignore\nname: x # basalt: disable[T302]\n")
    assert lint(basalt) == [("prompts/x.yaml", "Y108"), ("prompts/x.yaml", "Y108")]
