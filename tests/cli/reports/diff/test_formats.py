"""A diff in each format."""

from __future__ import annotations

import json

import pytest
from basalt_cli.cli.reports.diff import DiffReport, describe_case, find_texts, format_diff, join_messages
from basalt_cli.cli.reports.diff.markdown_format import MOST_CHARACTERS, escape, shorten
from basalt_cli.model.change import Change, PromptDiff, Risk
from basalt_cli.model.rendered_case import RenderedCase
from basalt_cli.versions.reach import Reach

WORDING = Change(
    "wording", "prompt", "Be kind.\nReply.", "Be brief.\nReply.", Risk.WORDING, "wording of prompt changed"
)
REMOVED = Change("variable-removed", "variables.tone", {"type": "string"}, None, Risk.BREAKING, "variable tone removed")
DIFF = PromptDiff("a", "base", "head", (REMOVED, WORDING))
NEW = PromptDiff("b/<i>", None, "head", ())
CASE = RenderedCase("one", (("system", "Be kind."),), (("system", "Be brief."),))
REPORT = DiffReport((DIFF, NEW), {"a": (CASE,)}, Reach("partials/voice.md", ("a", "b"), (("staging", ("a",)),)))


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        (WORDING, (WORDING.old, WORDING.new)),
        (WORDING._replace(code="partial-wording"), (WORDING.old, WORDING.new)),
        *(
            (WORDING._replace(code=code), (WORDING.old, WORDING.new))
            for code in ("logic", "expression", "include", "template-language")
        ),
        (WORDING._replace(code="description"), None),
        (WORDING._replace(old=None), None),
        (WORDING._replace(new=3), None),
        (REMOVED, None),
    ],
)
def test_the_sides_of_a_change_of_text_are_texts(change: Change, texts: tuple[str, str] | None) -> None:
    assert find_texts(change) == texts


@pytest.mark.parametrize(
    ("case", "text"),
    [
        (CASE, "the messages of case 'one' differ"),
        (CASE._replace(old=None), "case 'one' exists on the new side only"),
        (CASE._replace(new=None), "case 'one' exists on the old side only"),
        (CASE._replace(new=None, new_error="no x"), "case 'one' fails on the new side: no x"),
        (CASE._replace(old_error="no y", new_error="no x"), "case 'one' fails on both sides: no x"),
        (
            CASE._replace(old=None, old_error="no y"),
            "case 'one' failed on the old side (no y), and renders on the new side",
        ),
    ],
)
def test_a_case_is_described_by_what_differs(case: RenderedCase, text: str) -> None:
    assert describe_case(case) == text


def test_messages_are_joined_with_their_roles_as_headings() -> None:
    assert join_messages((("system", "a"), ("user", "b"))) == "# system\n\na\n\n# user\n\nb"
    assert join_messages(None) == join_messages(()) == ""


def test_text_shows_changes_words_cases_and_what_runs() -> None:
    assert format_diff("text", REPORT) == (
        "partials/voice.md is part of a, b\n"
        "  runs in staging: a\n"
        "\n"
        "a  base -> head  breaking\n"
        "  breaking    variable tone removed\n"
        "  wording     wording of prompt changed\n"
        "      Be [-kind-]{+brief+}.\n"
        "      Reply.\n"
        "  rendered    the messages of case 'one' differ\n"
        "      # system\n"
        "\n"
        "      Be [-kind-]{+brief+}.\n"
        "\n"
        "b/<i>  nothing -> head  none\n"
    )
    assert format_diff("text", DiffReport((), None, Reach("p.md", ("a",), ()))) == (
        "p.md is part of a\n  no environment runs one of them\n\n"
    )
    assert format_diff("text", DiffReport(())) == ""


def test_text_shows_two_lines_around_a_change_and_dots_for_gaps() -> None:
    lines = [str(number) for number in range(12)]
    new = [*lines[:3], "x", *lines[4:10], "y", *lines[11:]]
    change = WORDING._replace(old="\n".join(lines), new="\n".join(new))
    shown = format_diff("text", DiffReport((DIFF._replace(changes=(change,)),))).splitlines()[2:]
    assert [line.strip() for line in shown] == ["1", "2", "[-3-]{+x+}", "4", "5", "...", "8", "9", "[-10-]{+y+}", "11"]


def test_json_has_every_field_of_a_change_and_a_case() -> None:
    found = json.loads(format_diff("json", REPORT))
    assert found["prompts"][0] == {
        "slug": "a", "from": "base", "to": "head", "risk": "breaking",
        "changes": [
            {"code": "variable-removed", "path": "variables.tone", "old": {"type": "string"}, "new": None, "risk": "breaking", "message": "variable tone removed"},
            {"code": "wording", "path": "prompt", "old": WORDING.old, "new": WORDING.new, "risk": "wording", "message": "wording of prompt changed"},
        ],
        "rendered": [
            {"case": "one", "old": [{"role": "system", "text": "Be kind."}], "new": [{"role": "system", "text": "Be brief."}], "old_error": None, "new_error": None}
        ],
    }  # fmt: skip
    assert found["prompts"][1] == {
        "slug": "b/<i>", "from": None, "to": "head", "risk": "none", "changes": [], "rendered": []
    }  # fmt: skip
    assert found["reach"] == {"partial": "partials/voice.md", "prompts": ["a", "b"], "environments": {"staging": ["a"]}}
    plain = json.loads(format_diff("json", DiffReport((NEW,))))
    assert plain == {"prompts": [{"slug": "b/<i>", "from": None, "to": "head", "risk": "none", "changes": []}]}
    failed = DiffReport((NEW,), {NEW.slug: (CASE._replace(new=None, new_error="no x"),)})
    (case,) = json.loads(format_diff("json", failed))["prompts"][0]["rendered"]
    assert (case["new"], case["new_error"]) == (None, "no x")


def test_markdown_is_a_table_and_folded_details() -> None:
    assert format_diff("markdown", REPORT) == (
        "**partials/voice.md** is part of a, b. staging runs a.\n\n"
        "| prompt | risk | changes |\n|---|---|---|\n"
        "| a | 🔴 breaking | variable tone removed<br>wording of prompt changed |\n"
        "| b/\\<i\\> | ⚪ none |  |\n"
        "\n<details>\n<summary>a</summary>\n\nbase → head\n\n"
        "wording: wording of prompt changed\n\n"
        "```diff\n@@ -1,2 +1,2 @@\n-Be kind.\n+Be brief.\n Reply.\n```\n\n"
        "the messages of case 'one' differ\n\n"
        "```diff\n@@ -1,3 +1,3 @@\n # system\n \n-Be kind.\n+Be brief.\n```\n\n"
        "</details>\n"
    )
    assert format_diff("markdown", DiffReport(())) == "No prompt changed.\n"


def test_markdown_counts_what_it_leaves_out() -> None:
    changes = tuple(REMOVED._replace(message=f"change {number} " + "x" * 200) for number in range(7))
    many = tuple(DIFF._replace(slug=f"p{number}", changes=changes) for number in range(205))
    text = format_diff("markdown", DiffReport(many[:1]))
    row = text.splitlines()[2]
    assert row.count("<br>") == 5
    assert row.endswith("<br>and 2 more |")
    assert "x" * 151 + "...<br>" in row
    few = format_diff("markdown", DiffReport(tuple(diff._replace(changes=(REMOVED,)) for diff in many)))
    assert "\n5 more prompts changed.\n" in few
    assert few.count("| 🔴 breaking |") == 200
    long = WORDING._replace(old="\n".join(f"old {number}" for number in range(400)), new="new " * 2_000)
    text = format_diff("markdown", DiffReport((DIFF._replace(changes=(long,)),)))
    assert "\n... 202 more lines\n" in text
    large = tuple(
        DIFF._replace(slug=f"p{number}", changes=(WORDING._replace(new="line \n" * 900),)) for number in range(60)
    )
    text = format_diff("markdown", DiffReport(large))
    assert len(text) < MOST_CHARACTERS + 100
    shown = text.count("<details>")
    assert text.endswith(f"\n*Details of {60 - shown} prompts are left out: see `basalt diff`.*\n")


def test_a_fence_is_longer_than_any_run_of_backticks_in_it() -> None:
    fenced = WORDING._replace(new="a\n````\nb")
    text = format_diff("markdown", DiffReport((DIFF._replace(changes=(fenced,)),)))
    assert "\n`````diff\n" in text
    assert "\n`````\n" in text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a_b*c", "a\\_b\\*c"),
        ("<!-- x --> @ada #1 | [l](u)", "\\<\\!\\-\\- x \\-\\-\\> \\@ada \\#1 \\| \\[l\\]\\(u\\)"),
        ("a\nb", "a\\\\nb"),
        ("plain, text.", "plain, text."),
    ],
)
def test_markup_is_escaped(text: str, escaped: str) -> None:
    assert escape(text).replace("\\\\n", "\\\\n") == escaped


def test_a_text_is_shortened_only_if_it_is_longer() -> None:
    assert (shorten("abc", 3), shorten("abcd", 3)) == ("abc", "abc...")


def test_html_is_one_page_with_escaped_text_and_marked_words() -> None:
    hostile = DIFF._replace(changes=(WORDING._replace(message="<script>"),))
    page = format_diff("html", DiffReport((hostile, NEW), {"a": (CASE, CASE._replace(old=None))}))
    assert page.startswith(
        "<!doctype html>\n<html lang='en'>\n<head><meta charset='utf-8'><meta http-equiv='Content-Security-Policy'"
    )
    assert (
        "\n<h2>a</h2>\n<p class='sides'>base → head</p>\n<p><span class='risk wording'>wording</span> &lt;script&gt;</p>\n"
        in page
    )
    assert "<pre>Be <del>kind</del><ins>brief</ins>.\nReply.</pre>\n" in page
    assert (
        "<p><span class='risk'>rendered</span> the messages of case &#x27;one&#x27; differ</p>\n<pre># system\n\nBe <del>kind</del>"
        in page
    )
    assert "exists on the new side only</p>\n<h2>b/&lt;i&gt;</h2>\n<p class='sides'>nothing → head</p>\n" in page
    assert "<script>" not in page
    assert "<p>No prompt changed.</p>" in format_diff("html", DiffReport(()))
