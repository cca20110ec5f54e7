"""A status as a table and as JSON, and the notes beside it."""

from __future__ import annotations

import json

import pytest
from basalt_cli.cli.reports.status import print_status
from basalt_cli.model.change import Risk
from basalt_cli.model.pointer import Pointer, Share
from basalt_cli.model.status import DeployedVersion, Flaw, PromptStatus, Status
from basalt_cli.model.version import Commit, Version

ONE, TWO = "1" * 40, "2" * 40
DIGEST = "sha256:" + "a" * 64
LATEST = Version("a", Commit(TWO, (), 0, 0, "Ada", "Change"), DIGEST)
FLAW = Flaw("production", "b", "off-trunk", "production runs b at 111111111, which is not on the trunk")
STATUS = Status(
    ("staging", "production", "beta"),
    (
        PromptStatus(
            "a",
            LATEST,
            {
                "staging": DeployedVersion(Pointer(TWO, DIGEST, (Share(ONE, DIGEST, 10),)), None, 0, None),
                "production": DeployedVersion(Pointer(ONE, DIGEST), "v1.2.0", 2, Risk.BREAKING),
                "beta": DeployedVersion(Pointer(ONE, DIGEST), None, 1, None),
            },
        ),
        PromptStatus("b", None, {"production": DeployedVersion(Pointer(ONE, DIGEST), None, None, None, FLAW)}),
    ),
    ("the trunk has diverged",),
)


def test_text_is_a_table_of_prompts_by_environments(capsys: pytest.CaptureFixture[str]) -> None:
    print_status(STATUS, "text")
    out, err = capsys.readouterr()
    assert out == (
        "PROMPT  LATEST        STAGING                     PRODUCTION                    BETA\n"
        "a       222222222     222222222 + 10 % 111111111  v1.2.0 (2 behind, breaking)   111111111 (1 behind)\n"
        "b       not on trunk  -                           111111111 (not on the trunk)  -\n"
    )
    assert err == (
        "note: the trunk has diverged\n"
        "note: production runs b at 111111111, which is not on the trunk; run basalt doctor\n"
    )


def test_json_has_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    print_status(STATUS, "json")
    found = json.loads(capsys.readouterr().out)
    assert found["environments"] == ["staging", "production", "beta"]
    assert [(prompt["slug"], prompt["latest"]) for prompt in found["prompts"]] == [("a", TWO), ("b", None)]
    environments = found["prompts"][0]["environments"]
    assert environments["staging"] == {
        "version": TWO, "digest": DIGEST, "release": None, "behind": 0, "risk": None, "flaw": None,
        "rollout": [{"version": ONE, "digest": DIGEST, "percent": 10}],
    }  # fmt: skip
    assert environments["production"] == {
        "version": ONE, "digest": DIGEST, "release": "v1.2.0", "behind": 2, "risk": "breaking", "flaw": None, "rollout": [],
    }  # fmt: skip
    assert found["prompts"][1]["environments"]["production"]["flaw"] == {"kind": "off-trunk", "message": FLAW.message}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("gone", "not in this clone"),
        ("off-trunk", "not on the trunk"),
        ("digest", "wrong digest"),
        ("no-prompt", "no such prompt there"),
    ],
)
def test_a_flaw_is_shown_in_place_of_the_distance(kind: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    deployed = DeployedVersion(Pointer(ONE, DIGEST), "v1.0.0", 3, None, FLAW._replace(kind=kind))
    print_status(Status(("production",), (PromptStatus("a", LATEST, {"production": deployed}),), ()), "text")
    assert capsys.readouterr().out.splitlines()[1] == f"a       222222222  v1.0.0 ({text})"


def test_at_most_five_flaws_are_notes(capsys: pytest.CaptureFixture[str]) -> None:
    prompt = STATUS.prompts[1]
    print_status(STATUS._replace(prompts=(prompt,) * 7, notes=()), "text")
    assert capsys.readouterr().err.count("note: ") == 5


def test_without_prompts_there_is_a_note_in_place_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    empty = Status(("staging",), (), ())
    print_status(empty, "text")
    assert capsys.readouterr() == ("", "note: the trunk has no prompts yet: commit one\n")
    print_status(empty, "json")
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == ({"environments": ["staging"], "prompts": []}, "")
