"""Versions in histories of every shape, checked against the slow oracle."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from basalt_cli.versions.one_prompt import list_versions
from basalt_cli.workspace.project import open_project

from tests.versions.fast_import import Importer
from tests.versions.test_walk import INCLUDING, check

START = {"a.yaml": "prompt: one\n", "b.yaml": INCLUDING, "partials/voice.md": "voice"}
TAIL = "description: Greets whoever comes by, in the words of the house, and no others.\n"


@pytest.fixture
def made() -> Importer:
    """A history with one commit."""
    importer = Importer()
    importer.commit(files=START)
    return importer


def test_partials_edited_alone(made: Importer, tmp_path: Path) -> None:
    two = made.commit([1], {"partials/voice.md": "other voice"})
    three = made.commit([two], {"partials/extra.md": "it was absent"})
    four = made.commit([three], {"partials/unused.md": "nobody reads this"})
    five = made.commit([four], {"partials/voice.md": None})
    made.branch("main", five)
    repo = made.write(tmp_path / "made")
    check(repo, ("a", "b"))
    project = open_project(repo.path)
    subjects = [entry.version.commit.subject for entry in list_versions(project, "b", "main")]
    project.close()
    assert subjects == ["Commit 5", "Commit 3", "Commit 2", "Commit 1"]


def test_reverts_are_entries(made: Importer, tmp_path: Path) -> None:
    two = made.commit([1], {"a.yaml": "prompt: two\n"})
    three = made.commit([two], {"a.yaml": START["a.yaml"]})
    four = made.commit([three], {"a.yaml": "prompt: two\n"})
    made.branch("main", made.commit([four], {"README.md": "x"}))
    check(made.write(tmp_path / "made"), ("a", "b"))


@pytest.mark.parametrize("edit", [{}, {"new.yaml": f"name: A prompt\nprompt: Hello.\n{TAIL}"}])
def test_renames_are_followed(tmp_path: Path, edit: dict[str, str]) -> None:
    made = Importer()
    one = made.commit(files={**START, "old.yaml": f"prompt: Hi.\n{TAIL}"})
    two = made.commit([one], {"old.yaml": f"prompt: Hello.\n{TAIL}"})
    three = made.commit([two], edit, moves={"old.yaml": "new.yaml"})
    four = made.commit([three], {"new.yaml": "prompt: the end\n"})
    made.branch("main", four)
    project = open_project(made.write(tmp_path / "made").path)
    found = [
        (entry.version.slug, entry.version.commit.subject, entry.previous is not None)
        for entry in list_versions(project, "new", "main")
    ]
    project.close()
    assert found == [
        ("new", "Commit 4", True),
        ("new", "Commit 3", True),
        ("old", "Commit 2", True),
        ("old", "Commit 1", False),
    ]


@pytest.mark.parametrize(
    "content", [{}, {"a.yaml": "prompt: evil\n"}, {"partials/voice.md": "evil voice"}, {"a.yaml": START["a.yaml"]}]
)
def test_clean_and_evil_merges(made: Importer, tmp_path: Path, content: dict[str, str]) -> None:
    left = made.commit([1], {"a.yaml": "prompt: left\n"})
    right = made.commit([1], {"partials/voice.md": "right"})
    right = made.commit([right], {"README.md": "x"})
    merged = made.commit([left, right], {"partials/voice.md": "right", "README.md": "x", **content})
    made.branch("main", made.commit([merged], {"README.md": "y"}))
    made.branch("side", right)
    check(made.write(tmp_path / "made"), ("a", "b"))


def test_octopus_merges(made: Importer, tmp_path: Path) -> None:
    arms = [
        made.commit([1], {"a.yaml": "prompt: first\n"}),
        made.commit([1], {"partials/voice.md": "second"}),
        made.commit([1], {"partials/extra.md": "third"}),
        made.commit([1], {"a.yaml": "prompt: fourth\n"}),
    ]
    clean = made.commit(arms[:3], {"partials/voice.md": "second", "partials/extra.md": "third"})
    fourth = made.commit([clean, *arms[1:]], {"a.yaml": "prompt: fourth\n"})
    evil = made.commit([fourth, *arms], {"a.yaml": "prompt: nobody\n", "partials/voice.md": "no one"})
    made.branch("main", evil)
    check(made.write(tmp_path / "made"), ("a", "b"))


def test_criss_cross_merges(made: Importer, tmp_path: Path) -> None:
    left = made.commit([1], {"a.yaml": "prompt: left\n"})
    right = made.commit([1], {"a.yaml": "prompt: right\n", "partials/voice.md": "right"})
    for turn in range(3):
        left, right = (
            made.commit([left, right], {"partials/voice.md": f"left {turn}"}),
            made.commit([right, left], {"a.yaml": f"prompt: right {turn}\n"} if turn else {}),
        )
    made.branch("main", made.commit([left, right], {"a.yaml": "prompt: right 2\n"}))
    made.branch("other", right)
    check(made.write(tmp_path / "made"), ("a", "b"))


def test_two_roots(made: Importer, tmp_path: Path) -> None:
    other = made.commit(files={"a.yaml": "prompt: of another repository\n"})
    merged = made.commit([1, other], {"README.md": "x"})
    made.branch("main", made.commit([merged], {"a.yaml": "prompt: of another repository\n"}))
    check(made.write(tmp_path / "made"), ("a", "b"))


@pytest.mark.parametrize("seed", range(12))
def test_random_graphs(tmp_path: Path, seed: int) -> None:
    """Edits, deletions, merges of any two or three commits that keep a side or make something new."""
    choose = random.Random(seed)
    made = Importer()
    made.commit(files=START)
    for number in range(2, 22):
        count = choose.choices([1, 2, 3], [6, 3, 1])[0]
        parents = choose.sample(range(max(1, number - 6), number), min(count, number - 1))
        made.commit(parents, _random_files(choose))
    made.branch("main", 21)
    made.branch("side", 20)
    check(made.write(tmp_path / "made"), ("a", "b"))


def _random_files(choose: random.Random) -> dict[str, str | None]:
    paths = ["a.yaml", "b.yaml", "partials/voice.md", "partials/extra.md", "README.md"]
    found: dict[str, str | None] = {}
    for path in choose.sample(paths, choose.randrange(3)):
        text = choose.choice(["1", "2"])
        kinds = {"a.yaml": f"prompt: {text}\n", "b.yaml": f"{INCLUDING}  {text}\n"}
        found[path] = None if choose.random() < 0.1 else kinds.get(path, text)
    return found
