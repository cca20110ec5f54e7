"""``basalt check``: what may be merged, and what may not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.check.shop import POLICY, edit, items
from tests.cli.checking import Basalt
from tests.support import Repo


def test_nothing_changed_is_good_to_merge(basalt: Basalt, shop: Repo) -> None:
    done = basalt("check")
    assert done.out.endswith("good to merge: 0 warnings; 0 prompts changed, 0 cases run\n")
    assert done.out.startswith(f"working tree against {shop.head[:9]}\n")


def test_a_breaking_change_says_whom_it_breaks_and_how_it_may_pass(basalt: Basalt, shop: Repo) -> None:
    edit(shop, "  message: {type", "  order_id: {type: string, description: Which order}\n  message: {type")
    edit(shop, "{{ message }}", "{{ message }} {{ order_id }}")
    edit(shop, "variables: {message: My", "variables: {order_id: '1', message: My")
    basalt("test", "--update")
    shop.commit("Ask for the order")
    failed = basalt("check", code=1)
    assert "callers must now give 'order_id', and production runs support/reply" in failed.out
    assert "src/app.py:4:1: fail callers support/reply needs 'order_id'" in failed.out
    assert "Basalt-Allow-Breaking: support/reply REASON" in failed.out
    assert "not to be merged: 3 failures" in failed.out
    edit(shop, '"limit": 3}', '"limit": 3, "order_id": "1"}', "src/app.py")
    shop.commit("Give the order\n\nBasalt-Allow-Breaking: support/reply all callers give it since today")
    passed = basalt("check")
    for name in ("production", "staging"):
        assert (
            "prompts/support/reply.yaml: allowed breaking variable-added callers must now give 'order_id', "
            f"and {name} runs support/reply (allowed: all callers give it since today)\n"
        ) in passed.out
    assert passed.out.endswith("good to merge: 0 warnings; 1 prompt changed, 1 case run\n")


def test_what_was_broken_before_is_not_this_changes_fault(basalt: Basalt, shop: Repo) -> None:
    shop.git("switch", "--quiet", "main")
    edit(shop, "  limit: {type: integer", "  other: {type: string, description: New}\n  limit: {type: integer")
    edit(shop, "{{ message }}", "{{ message }} {{ other }}")
    edit(shop, "limit: 3}", "limit: 3, other: x}")
    basalt("test", "--update")
    shop.commit("Broken on the trunk")
    shop.git("switch", "--quiet", "branch")
    shop.git("reset", "--quiet", "--hard", "main")
    edit(shop, "Reply in a", "Answer in a")
    basalt("test", "--update")
    found = items(basalt, code=1)
    # The call does not fit what this branch changes, whoever is to blame; what breaks production was broken before.
    assert found == [("callers", "fail", None)]
    edit(shop, '"limit": 3}', '"limit": 3, "other": "x"}', "src/app.py")
    assert items(basalt, code=0) == []


# What goes wrong, and the kind and code that must be said of it.
MISTAKES = [
    ("a renamed variable", "  message: {type: string, untrusted", "  text: {type: string, untrusted", "lint:T302"),
    ("a variable that is taken away", "  limit: {type: integer, minimum: 1, maximum: 9, description: How many sentences at most}\n", "", "lint:T302"),
    ("a misspelt use", "{{ message }}", "{{ mesage }}", "lint:T302"),
    ("a misspelt key", "variables:", "varables:", "lint:S201"),
    ("a default that is taken away", "default: warm, ", "", "breaking:variable-required"),
    ("a value that is taken out", "[warm, neutral]", "[warm]", "breaking:variable-narrowed"),
    ("a narrower number", "maximum: 9", "maximum: 2", "breaking:variable-narrowed"),
    ("another type", "limit: {type: integer", "limit: {type: string", "breaking:variable-retyped"),
    ("a role that is dropped", "system: |", "metadata: {x: y}\nname2: |", "lint:S201"),
    ("a fence that is renamed", "```json", "```yaml", "contract:output-contract"),
    ("a tag that is renamed", "<answer> and </answer>", "<reply> and </reply>", "contract:output-contract"),
    ("a key that is renamed", '{"reply": "..."}', '{"answer": "..."}', "contract:output-contract"),
    ("a wider output", "required: [reply], ", "", "breaking:output-schema"),
    ("an output that may be more", "additionalProperties: false", "additionalProperties: true", "breaking:output-schema"),
    ("an output of another type", "reply: {type: string}", "reply: {type: integer}", "breaking:output-schema"),
    ("an output that is text", "output: {format: json, schema:", "metadata: {schema:", "breaking:output-format"),
    ("an invisible character", "Reply in a", "Reply\u200b in a", "lint:X602"),
    ("characters of tags", "Reply in a", "Reply\U000e0041 in a", "lint:X603"),
    ("a letter of another script", "Reply in a", "R\u0435ply in a", "lint-warnings:X604"),
    ("a secret", "Reply in a", "Use sk-proj-" + "a1B2" * 12 + " in a", "lint:X605"),
    ("a template that is not closed", "{{ tone }}", "{{ tone }", "lint:T301"),
    ("a filter that is none", "{{ tone }}", "{{ tone | loud }}", "lint:T304"),
    ("an include that is gone", "partials/voice.md", "partials/vioce.md", "lint:T306"),
    ("an include from outside", "partials/voice.md", "../secret.md", "lint:T308"),
    ("a duplicate key", "name: Support reply\n", "name: Support reply\nname: Another\n", "lint:Y103"),
    ("a tab", "  tone: {", "\ttone: {", "lint:Y101"),
    ("an anchor", "name: Support reply", "name: &x Support reply", "lint:Y104"),
    ("a temperature out of range", "temperature: 0.2", "temperature: 20", "lint:M502"),
    ("a parameter that is misspelt", "max_tokens", "max_tokns", "lint-warnings:M501"),
    ("a tool that is renamed", "name: find_order", "name: search_order", "breaking:tool-added"),
    ("a case that no longer holds", "expect: [{contains: late}", "expect: [{contains: lost}", "tests:None"),
    ("words that a snapshot does not have", "Reply in a", "Answer in a", "tests:None"),
    ("an untrusted value among instructions", "Reply in a {{ tone }}", "Reply to {{ message }} in a {{ tone }}", "lint-warnings:V404"),
    ("an attribute of Python's", "{{ tone }}", "{{ tone.__class__ }}", "lint:T310"),
    ("a loop that never ends", "{{ tone }}", "{% for a in range(99999999) %}x{% endfor %}{{ tone }}", "lint:T310"),
    ("a message that is empty", "  <message>\n  {{ message }}\n  </message>\n", "  {{ '' }}\n", "lint-warnings:X607"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "wanted"), [mistake[1:] for mistake in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_a_mistake_does_not_pass_in_silence(basalt: Basalt, shop: Repo, old: str, new: str, wanted: str) -> None:
    edit(shop, old, new)
    shop.commit("A mistake")
    assert wanted in [f"{kind}:{code}" for kind, level, code in items(basalt) if level in ("fail", "warn")]


HARMLESS = [
    ("words of the description", "Answers a customer's message.", "Answers what a customer wrote."),
    ("a comment", "variables:\n", "variables: # what callers give\n"),
    ("another style of quotes", "name: Support reply", 'name: "Support reply"'),
    ("the order of keys", "name: Support reply\ndescription: Answers a customer's message.\n", "description: Answers a customer's message.\nname: Support reply\n"),
    ("a description of a variable", "description: What the customer wrote", "description: What the customer has written"),
    ("a wider range", "maximum: 9", "maximum: 12"),
    ("a further choice", "[warm, neutral]", "[warm, neutral, brief]"),
    ("an optional variable", "  tone: {type", "  order: {type: string, optional: true, description: Which order}\n  tone: {type"),
    ("metadata", "examples:\n", "metadata: {owner: support}\nexamples:\n"),
    ("a feature", "examples:\n", "feature: support\nexamples:\n"),
    ("another case", "tests:\n", "tests:\n  - {name: other, variables: {message: Lost., limit: 1}, expect: [{contains: Lost}]}\n"),
    ("a description of a tool", "Looks an order up", "Looks up an order"),
    ("a temperature", "temperature: 0.2", "temperature: 0.3"),
    ("more tokens", "max_tokens: 600", "max_tokens: 700"),
    ("a further example", "  - user: Where", "  - {user: Is it late?, assistant: A little.}\n  - user: Where"),
    ("a lower bound", "minimum: 1", "minimum: 0"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [edit[1:] for edit in HARMLESS], ids=[edit[0] for edit in HARMLESS])
def test_a_harmless_edit_stays_green(basalt: Basalt, shop: Repo, old: str, new: str) -> None:
    edit(shop, old, new)
    if "optional: true" in new:
        edit(shop, "{{ message }}", "{{ message }}{% if order is defined %} ({{ order }}){% endif %}")
    basalt("test", "--update")
    shop.commit("Harmless")
    assert items(basalt, code=0) == []


def test_a_partial_concerns_the_prompts_that_include_it(basalt: Basalt, shop: Repo) -> None:
    shop.write("prompts/partials/voice.md", "Be {{ kindness }}.\n")
    failed = basalt("check", code=1)
    assert "T302" in failed.out
    assert "support/reply" in failed.out
    assert "1 prompt changed, 1 case run" in failed.out


def test_a_prompt_that_runs_cannot_be_deleted_unseen(basalt: Basalt, shop: Repo) -> None:
    (shop.path / "prompts/support/reply.yaml").unlink()
    (shop.path / "prompts/support/reply.snap.md").unlink()
    failed = basalt("check", code=1)
    for name in ("production", "staging"):
        removed = f"fail breaking prompt-removed the prompt was removed, and {name} runs support/reply\n"
        assert f"prompts/support/reply.yaml: {removed}" in failed.out
    assert "src/app.py:4:1: fail callers support/reply is called here, and no longer exists\n" in failed.out
    assert failed.out.endswith("not to be merged: 3 failures, 0 warnings; 1 prompt changed, 0 cases run\n")


def test_a_moved_pointer_is_judged_by_the_gates_of_the_base(basalt: Basalt, shop: Repo) -> None:
    shop.git("switch", "--quiet", "main")
    edit(shop, "Be kind.", "Be very kind.", "prompts/partials/voice.md")
    edit(shop, "contains: kind", "contains: very")
    basalt("test", "--update")
    shop.commit("Kinder")
    shop.git("switch", "--quiet", "--create", "proposal")
    text = shop.read("deployments.yaml")
    digest = basalt("resolve", "support/reply@latest", "--format", "json").json["digest"]
    start = text.index("support/reply", text.index("production:"))
    block = text[start:].split("\n", 3)
    block[1] = f"      version: {shop.head}"
    block[2] = f"      digest: {digest}"
    shop.write("deployments.yaml", text[:start] + "\n".join(block))
    # The branch takes the gates away; those of the base count.
    shop.write("basalt.yaml", POLICY.replace("{from: staging, require: [lint, from, no-breaking]}", "{}"))
    shop.commit("Straight to production")
    failed = basalt("check", code=1)
    assert "fail gates from support/reply: gate from: staging runs" in failed.out


def test_a_pointer_that_is_not_sound_is_found(basalt: Basalt, shop: Repo) -> None:
    edit(shop, "sha256:", "sha256:0000", "deployments.yaml")
    assert ("pointers", "fail", None) in items(basalt, code=1)
    text = shop.git("show", "HEAD:deployments.yaml")
    shop.write("deployments.yaml", text.replace("digest: sha256:", f"digest: sha256:{'0' * 64} #", 1))
    assert ("pointers", "fail", None) in items(basalt, code=1)


def test_the_policy_says_what_fails(basalt: Basalt, shop: Repo) -> None:
    shop.git("switch", "--quiet", "main")
    shop.commit("Policy", {"basalt.yaml": POLICY + "check: {tests: warn, breaking: off, lint-warnings: fail}\n"})
    shop.git("switch", "--quiet", "branch")
    shop.git("reset", "--quiet", "--hard", "main")
    edit(shop, "Reply in a", "Answer in a")
    edit(shop, "<answer> and </answer>", "<reply> and </reply>")
    assert set(items(basalt, code=0)) == {("tests", "warn", None), ("contract", "warn", "output-contract")}
    edit(shop, "  tone: {", "  unused: {type: string, default: x, description: Never read}\n  tone: {")
    assert ("lint-warnings", "fail", "T303") in items(basalt, code=1)


def test_a_policy_that_is_none_is_said(basalt: Basalt, shop: Repo) -> None:
    for text, words in (
        ("check: {tests: maybe}\n", "check.tests"), ("check: {nope: fail}\n", "unknown key 'nope'"),
        ("callers: [../x]\n", "callers[0] cannot be"),
    ):  # fmt: skip
        shop.write("basalt.yaml", POLICY.replace("callers: [src]\n", "") + text)
        assert words in basalt("check", code=3).err


def test_reports_for_everybody_are_written_at_once(basalt: Basalt, shop: Repo, tmp_path: Path) -> None:
    edit(shop, "{{ message }}", "{{ mesage }}")
    names = {
        "markdown": "comment.md",
        "sarif": "check.sarif",
        "junit": "check.xml",
        "json": "check.json",
        "github": "gh",
    }
    outputs = [f"--output={name}={tmp_path / file}" for name, file in names.items()]
    basalt("check", *outputs, code=1)
    comment = (tmp_path / "comment.md").read_text()
    assert comment.startswith("<!-- basalt check -->\n### Prompts\n\n❌ **Not to be merged.** 1 prompt changed")
    assert "| ❌ | **lint T302**" in comment
    assert json.loads((tmp_path / "check.sarif").read_text())["runs"][0]["results"][0]["ruleId"] in ("T302", "T303")
    assert "::error file=prompts/support/reply.yaml,line=17," in (tmp_path / "gh").read_text()
    assert 'failures="' in (tmp_path / "check.xml").read_text()
    assert json.loads((tmp_path / "check.json").read_text())["passed"] is False
    for wrong in ("markdown", "nope=x", "markdown="):
        assert "--output cannot be" in basalt("check", "--output", wrong, code=2).err


def test_what_cannot_be_compared_is_said(basalt: Basalt, shop: Repo, tmp_path: Path) -> None:
    assert "there is no version 'nope'" in basalt("check", "--base", "nope", code=3).err
    assert "exclude each other" in basalt("check", "--staged", "--merge-into", "main", code=2).err
    shop.git("clone", "--quiet", "--depth", "1", f"file://{shop.path}", str(tmp_path / "shallow"))
    os.chdir(tmp_path / "shallow")
    assert "git fetch --unshallow" in basalt("check", code=3).err


def test_calls_in_typescript_are_looked_at(basalt: Basalt, shop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("src/app.ts", "await prompts.get('support/reply', { variables: { text: 'x', limit: 3 } });\n")
    edit(shop, "Reply in a", "Answer in a")
    basalt("test", "--update")
    failed = basalt("check", code=1)
    assert "src/app.ts:1:7: fail callers support/reply needs 'message', which this call does not pass" in failed.out
    monkeypatch.setattr("basalt_cli.check.callers.callers._list_endings", lambda: ())
    assert "src/app.ts: warn callers calls in JavaScript are not checked" in basalt("check").out


def test_a_pointer_that_is_taken_away_is_said(basalt: Basalt, shop: Repo) -> None:
    shop.write("deployments.yaml", "format: 1\nenvironments: {}\n")
    said = basalt("check").out
    assert "production would no longer run support/reply: its pointer is removed" in said
    assert "staging would no longer run plain" in said


def test_a_branch_that_changes_the_policy_is_said(basalt: Basalt, shop: Repo) -> None:
    shop.write("basalt.yaml", POLICY.replace("require: [lint, from, no-breaking]", "require: []") + "  shadow: {}\n")
    text = shop.read("deployments.yaml")
    shop.write(
        "deployments.yaml",
        text + text[text.index("  production:") : text.index("  staging:")].replace("production", "shadow"),
    )
    said = basalt("check").out
    assert "basalt.yaml: warn policy the policy of production changes" in said
    assert "pointers of 'shadow' move, which basalt.yaml on the base does not declare" in said


def test_a_pointer_to_a_commit_that_is_gone_is_an_item(basalt: Basalt, shop: Repo) -> None:
    shop.git("switch", "--quiet", "main")
    text = shop.read("deployments.yaml")
    version = text.split("version: ")[1][:40]
    shop.commit("By hand", {"deployments.yaml": text.replace(version, "f" * 40)})
    shop.git("switch", "--quiet", "branch")
    shop.git("reset", "--quiet", "--hard", "main")
    edit(shop, "Reply in a", "Answer in a")
    failed = basalt("check", code=1)
    assert "a commit that is not in this clone" in failed.out


def test_a_fixture_that_changes_runs_the_cases_that_take_from_it(basalt: Basalt, shop: Repo) -> None:
    edit(shop, "variables: {message: My parcel is late., limit: 3}", "fixtures: a.yaml")
    shop.write("prompts/_fixtures/a.yaml", "message: My parcel is late.\nlimit: 3\n")
    basalt("test", "--update")
    shop.commit("Fixtures")
    shop.git("branch", "--force", "main", "HEAD")
    shop.write("prompts/_fixtures/a.yaml", "message: Another\nlimit: 3\n")
    assert ("tests", "fail", None) in items(basalt, code=1)
    shop.git("checkout", "--quiet", "--", ".")
    edit(shop, "late", "lost", "prompts/support/reply.snap.md")
    assert ("tests", "fail", None) in items(basalt, code=1)


def test_a_folder_that_is_renamed_hides_nothing(basalt: Basalt, shop: Repo) -> None:
    shop.git("mv", "prompts", "others")
    shop.write("basalt.yaml", "prompts: others\n" + POLICY)
    shop.git("rm", "--quiet", "-f", "others/support/reply.yaml")
    failed = basalt("check", code=1)
    assert "support/reply" in failed.out


def test_a_roll_out_is_judged_as_well(basalt: Basalt, shop: Repo) -> None:
    shop.git("switch", "--quiet", "main")
    edit(shop, "Be kind.", "Be very kind.", "prompts/partials/voice.md")
    edit(shop, "contains: kind", "contains: very")
    basalt("test", "--update")
    shop.commit("Kinder")
    digest = basalt("resolve", "support/reply@latest", "--format", "json").json["digest"]
    shop.git("switch", "--quiet", "--create", "proposal")
    text = shop.read("deployments.yaml")
    end = text.index("\n", text.index("digest", text.index("support/reply", text.index("production:"))))
    share = f"      rollout:\n        - {{version: {shop.head}, digest: '{digest}', percent: 99}}"
    shop.write("deployments.yaml", f"{text[: end + 1]}{share}{text[end:]}")
    assert "gate from: staging runs" in basalt("check", code=1).out


def test_prose_about_a_trailer_is_none(basalt: Basalt, shop: Repo) -> None:
    edit(shop, "[warm, neutral]", "[warm]")
    shop.commit("Narrower\n\nDo not use\nBasalt-Allow-Breaking: support/reply for this\n\nunless you are told so.")
    assert "fail breaking" in basalt("check", code=1).out
    shop.commit("More\n\nBasalt-Allow-Breaking: support/reply REASON")
    assert "fail breaking" in basalt("check", code=1).out
    shop.commit("More\n\nBasalt-Allow-Breaking: support/reply agreed\nSigned-off-by: Ada <ada@example.com>")
    assert "(allowed: agreed)" in basalt("check").out


def test_a_caller_that_this_branch_breaks_fails(basalt: Basalt, shop: Repo) -> None:
    edit(shop, '"message": "x", "limit": 3', '"text": "x", "limit": 3', "src/app.py")
    assert items(basalt, code=1) == [("callers", "fail", None)]


def test_a_command_gate_is_not_counted_as_passed(basalt: Basalt, shop: Repo) -> None:
    shop.git("switch", "--quiet", "main")
    shop.commit("Gate", {"basalt.yaml": POLICY.replace("[lint, tests]", "[lint, {command: ['false']}]")})
    edit(shop, "max_tokens: 600", "max_tokens: 700")
    shop.commit("More")
    digest = basalt("resolve", "support/reply@latest", "--format", "json").json["digest"]
    shop.git("switch", "--quiet", "--create", "proposal")
    text = shop.read("deployments.yaml")
    start = text.index("version:", text.index("support/reply", text.index("staging:")))
    rest = text[start:].split("\n", 2)
    shop.write("deployments.yaml", text[:start] + f"version: {shop.head}\n      digest: {digest}\n{rest[2]}")
    assert "a command gate of staging is not run here" in basalt("check", code=None).out


def test_junit_tells_of_failures_alone(basalt: Basalt, shop: Repo, tmp_path: Path) -> None:
    edit(shop, "  tone: {", "  unused: {type: string, default: x, description: Never read}\n  tone: {")
    basalt("check", f"--output=junit={tmp_path / 'x.xml'}")
    assert 'failures="0"' in (tmp_path / "x.xml").read_text()
