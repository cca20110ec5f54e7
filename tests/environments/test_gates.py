"""What an environment requires before it takes a version."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.checking import Basalt, checked
from tests.support import PROMPT, Repo


def require(repo: Repo, *gates: str, source: str = "from: staging, ") -> None:
    text = f"trunk: main\nenvironments:\n  staging: {{}}\n  production: {{{source}require: [{', '.join(gates)}]}}\n"
    repo.commit("Policy", {"basalt.yaml": text})


def verdicts(basalt: Basalt, *arguments: str, code: int = 0) -> dict[str, tuple[bool, str]]:
    plan = checked(
        basalt("promote", "greeting", "--to", "production", "--dry-run", "--format", "json", *arguments, code=code),
        "promote",
    )
    return {gate["gate"]: (gate["passed"], gate["evidence"]) for gate in plan["moves"][0]["gates"]}


def test_the_policy_is_the_trunks_own(basalt: Basalt, repo: Repo) -> None:
    require(repo, "released", source="")
    repo.git("switch", "--quiet", "-c", "branch")
    repo.write("basalt.yaml", "trunk: main\nenvironments:\n  production: {}\n")
    repo.commit("No gates for me")
    assert "released: it is not released" in basalt("promote", "greeting", "--to", "production", code=1).err


def test_tests(basalt: Basalt, repo: Repo) -> None:
    require(repo, "tests", source="")
    assert verdicts(basalt)["tests"] == (True, "there are no cases")
    case = "tests:\n- name: {}\n  variables: {{name: Ada}}\n  expect:\n  - {}\n"
    for number, (expectation, problem) in enumerate(
        [
            ("contains: Ada", None),
            ("contains: [Ada, Bob]", "contains: it does not contain 'Bob'"),
            ("not_contains: Ada", "not_contains: it contains 'Ada'"),
            ("matches: 'Hello \\w+$'", None),
            ("matches: '['", "is not a regular expression"),
            ("matches: '(a|a)*$(?<=b)x'", "does not match"),
            ("equals: Hello Ada", None),
            ("equals: Hello", "equals: it is not 'Hello'"),
            ("max_chars: 3", "it has 9 characters; the limit is 3"),
            ("{contains: Hello, role: user}", None),
            ("{contains: Hello, role: system}", "there is no such message"),
            ("{contains: Hello, message: 0}", None),
            ("{contains: Hello, message: 3}", "there is no such message"),
            ("json_schema: {type: object}", "json_schema: it is not JSON"),
            ("snapshot: true", "snapshot: there is none yet"),
            ("snapshot: false", None),
        ]
    ):
        repo.commit(f"Case {number}", {"prompts/greeting.yaml": PROMPT + case.format(f"c{number}", expectation)})
        passed, evidence = verdicts(basalt, code=0 if problem is None else 1)["tests"]
        assert passed is (problem is None), evidence
        if problem is not None:
            assert problem in evidence
            assert f"first 'c{number}'" in evidence
    repo.commit(
        "JSON",
        {
            "prompts/greeting.yaml": PROMPT.replace("Hello {{ name }}", '\'{"a": "{{ name }}"}\'')
            + case.format("json", "json_schema: {properties: {a: {type: integer}}}")
        },
    )
    assert "the value.a must be" in verdicts(basalt, code=1)["tests"][1]
    repo.commit("Unfit", {"prompts/greeting.yaml": PROMPT + "tests:\n- {name: none, variables: {}}\n"})
    assert "it cannot be rendered" in verdicts(basalt, code=1)["tests"][1]


def test_no_breaking(basalt: Basalt, repo: Repo) -> None:
    require(repo, "no-breaking", source="")
    basalt("promote", "greeting", "--to", "production")
    repo.commit("Break", {"prompts/greeting.yaml": PROMPT.replace("name", "who")})
    passed, evidence = verdicts(basalt, code=1)["no-breaking"]
    assert (passed, "--allow-breaking REASON lets it pass" in evidence) == (False, True)
    outcome = basalt("promote", "greeting", "--to", "production", code=1)
    assert "the gates of production failed; nothing was moved" in outcome.err
    basalt("promote", "greeting", "--to", "production", "--allow-breaking", "callers are ready")
    (newest, _) = checked(basalt("history", "--format", "json"), "history")["events"]
    assert newest["gates"][0]["passed"]
    assert newest["gates"][0]["evidence"].endswith("allowed: callers are ready")
    assert "needs a reason" in basalt("promote", "greeting", "--to", "production", "--allow-breaking", " ", code=2).err


def test_from_wants_the_same_digest_in_the_environment_before(basalt: Basalt, repo: Repo) -> None:
    require(repo, "from")
    first = repo.head
    assert "is not deployed to staging" in basalt("promote", "greeting", "--to", "production", code=3).err
    assert verdicts(basalt, "--version", "latest", code=1)["from"][1] == "staging does not run greeting"
    basalt("promote", "greeting", "--to", "staging")
    assert verdicts(basalt)["from"][0]
    repo.commit("New", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    assert "which is a different version" in verdicts(basalt, "--version", "latest", code=1)["from"][1]
    assert verdicts(basalt, "--version", first)["from"][0]


def test_soak(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    require(repo, "{soak: 24h}")
    basalt("promote", "greeting", "--to", "staging")
    passed, evidence = verdicts(basalt, code=1)["soak"]
    assert not passed
    assert re.fullmatch(r"staging has run it for \d seconds?, and the gate requires 1 day", evidence)
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "2026-01-01T00:00:00Z")
    basalt("promote", "greeting", "--to", "staging")
    repo.commit("Else", {"deployments.yaml": repo.read("deployments.yaml") + "# words\n"})
    passed, evidence = verdicts(basalt)["soak"]
    assert passed, evidence
    assert "staging has run it for" in evidence


def test_released(basalt: Basalt, repo: Repo) -> None:
    require(repo, "released", source="")
    assert not verdicts(basalt, code=1)["released"][0]
    basalt("release", "greeting")
    assert verdicts(basalt)["released"] == (True, "released as v1.0.0")


def test_merged_and_what_is_not(basalt: Basalt, repo: Repo) -> None:
    require(repo, "merged", source="")
    repo.git("switch", "--quiet", "-c", "branch")
    side = repo.commit("Side", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hey")})
    refused = basalt("promote", "greeting", "--to", "staging", "--version", "branch", code=1)
    assert "is not on the trunk 'main'" in refused.err
    assert "--allow-unmerged" in refused.err
    passed, evidence = verdicts(basalt, "--version", "branch", "--allow-unmerged", code=1)["merged"]
    assert (passed, evidence) == (False, f"no commit of main has the digest of {side[:9]}")
    basalt("promote", "greeting", "--to", "staging", "--version", "branch", "--allow-unmerged")
    repo.git("switch", "--quiet", "main")
    repo.git("branch", "--quiet", "-D", "branch")
    assert repo.git("rev-parse", f"basalt-keep/{side}^{{commit}}") == side
    status = checked(basalt("status", "--format", "json"), "status")["prompts"][0]["environments"]["staging"]
    assert (status["version"], status["flaw"]["kind"]) == (side, "off-trunk")
    assert "Hey" in basalt("render", "greeting@staging", "--var", "name=Ada").out


def test_a_squash_merge_is_found_by_its_digest(basalt: Basalt, repo: Repo) -> None:
    repo.git("switch", "--quiet", "-c", "branch")
    repo.commit("Side", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hey")})
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--squash", "branch")
    squashed = repo.commit("Squash")
    done = checked(
        basalt("promote", "greeting", "--to", "staging", "--version", "branch", "--format", "json"), "promote"
    )
    assert done["moves"][0]["to"] == squashed


def test_a_command_reads_the_plan(basalt: Basalt, repo: Repo) -> None:
    script = "import json, sys; plan = json.load(sys.stdin); print('looked at', plan['moves'][0]['slug']); sys.exit(plan['moves'][0]['risk'] == 'breaking')"
    require(repo, f"{{command: [python3, -c, {json.dumps(script)}]}}", source="")
    passed, evidence = verdicts(basalt)["command"]
    assert (passed, evidence) == (True, "python3 exited with 0: looked at greeting")
    basalt("promote", "greeting", "--to", "production")
    repo.commit("Break", {"prompts/greeting.yaml": PROMPT.replace("name", "who")})
    assert verdicts(basalt, code=1)["command"] == (False, "python3 exited with 1: looked at greeting")
    require(repo, "{command: [no-such-program]}", source="")
    assert "cannot be run" in verdicts(basalt, code=1)["command"][1]


def test_force_needs_a_reason_and_is_recorded(basalt: Basalt, repo: Repo) -> None:
    require(repo, "released", source="")
    assert "--force needs a reason" in basalt("promote", "greeting", "--to", "production", "--force", code=2).err
    basalt("promote", "greeting", "--to", "production", "--force", "--reason", "the house is on fire")
    (event,) = checked(basalt("history", "--format", "json"), "history")["events"]
    assert (event["forced"], event["reason"]) == (True, "the house is on fire")
    assert event["gates"] == [
        {"gate": "released", "passed": False, "evidence": "it is not released: basalt release greeting"}
    ]
    text = basalt("history").out
    assert "forced" in text
    assert "gate released failed: it is not released" in text


def _keys(tmp_path: Path, repo: Repo) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    public = key.with_suffix(".pub").read_text()
    (tmp_path / "signers").write_text(f"ada@example.com {public}")
    for name, value in {
        "gpg.format": "ssh", "user.signingKey": str(key), "gpg.ssh.allowedSignersFile": str(tmp_path / "signers"),
    }.items():  # fmt: skip
        repo.git("config", name, value)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen to sign with")
def test_signed(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
    require(repo, "signed", source="")
    passed, evidence = verdicts(basalt, code=1)["signed"]
    assert (passed, "has no signature that git verifies" in evidence) == (False, True)
    _keys(tmp_path, repo)
    repo.git("tag", "-s", "-m", "signed", "a-tag", "HEAD~1")
    assert verdicts(basalt)["signed"][1].startswith("the tag a-tag on ")
    repo.git("config", "commit.gpgSign", "true")
    repo.commit("Signed", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    assert verdicts(basalt)["signed"][0]


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen to sign with")
@pytest.mark.parametrize("kind", ["file", "tags"])
def test_what_moves_pointers_is_signed_as_the_user_signs(basalt: Basalt, repo: Repo, tmp_path: Path, kind: str) -> None:
    repo.commit(
        "Policy", {"basalt.yaml": f"deployments: {kind}\nenvironments: {{staging: {{}}}}\n", "prompts/b.yaml": PROMPT}
    )
    _keys(tmp_path, repo)
    for name in ("commit.gpgSign", "tag.gpgSign"):
        repo.git("config", name, "true")
    basalt("promote", "--all", "--to", "staging")
    if kind == "file":
        repo.git("verify-commit", "HEAD")
    else:
        assert repo.git("tag").split() == ["b#staging#1", "greeting#staging#1"]
        for tag in repo.git("tag").split():
            repo.git("verify-tag", tag)


def test_confirm_on_the_trunk(basalt: Basalt, repo: Repo) -> None:
    repo.commit("Policy", {"basalt.yaml": "environments: {live: {confirm: true}}\n"})
    assert (
        "live needs confirmation, and stdin is not a terminal"
        in basalt("promote", "greeting", "--to", "live", code=3).err
    )
    basalt("promote", "greeting", "--to", "live", "--yes")
    repo.commit("New", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    basalt("promote", "greeting", "--to", "live", "--yes")
    assert (
        "live needs confirmation, and stdin is not a terminal"
        in basalt("rollback", "greeting", "--env", "live", code=3).err
    )
    basalt("rollback", "greeting", "--env", "live", "--yes")
