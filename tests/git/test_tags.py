"""Annotated tags: all or none, once, with the time that they must have."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, GitError, LostRaceError
from basalt_cli.git.tags import TagToMake, create_refs, create_tags, delete_tags, list_updates, write_tags

from tests.git.repositories import found
from tests.support import Repo

LATE = 4_000_000_000


def read_tag(repo: Repo, name: str) -> dict[str, str]:
    head, _, message = repo.git("cat-file", "tag", name).partition("\n\n")
    return {**dict(line.partition(" ")[::2] for line in head.split("\n")), "message": message}


@pytest.mark.parametrize("count", [1, 15, 16, 300])
def test_tags_are_created_with_name_commit_and_message(repo: Repo, count: int) -> None:
    tags = [TagToMake(f"a/b@v{number}", repo.head, f"Message {number}\n\né{'x' * number}\n") for number in range(count)]
    before = int(time.time())
    create_tags(found(repo.path), tags)
    last = read_tag(repo, f"a/b@v{count - 1}")
    assert {name: last[name] for name in ("object", "type", "tag")} == {
        "object": repo.head, "type": "commit", "tag": f"a/b@v{count - 1}",
    }  # fmt: skip
    assert last["message"] == f"Message {count - 1}\n\né{'x' * (count - 1)}"
    name, _, seconds = last["tagger"].removesuffix(" +0000").rpartition(" ")
    assert name == "Ada <ada@example.com>"
    assert before <= int(seconds) <= time.time()
    assert len(repo.git("tag").splitlines()) == count
    assert repo.git("fsck", "--strict") == ""


def test_a_pack_holds_the_objects_that_mktag_would_make(repo: Repo) -> None:
    tags = [TagToMake(f"t{number}", repo.head, "m" * number, 1000 + number, is_past=True) for number in range(40)]
    packed = write_tags(found(repo.path), tags)
    assert packed == [made for tag in tags for made in write_tags(found(repo.path), [tag])]
    assert len(list((repo.path / ".git/objects/pack").glob("*.pack"))) == 1


def test_a_time_is_a_minimum_unless_the_event_is_past(repo: Repo) -> None:
    now = int(time.time())
    tags = [
        TagToMake("early", repo.head, "x", 1000), TagToMake("late", repo.head, "x", LATE),
        TagToMake("past", repo.head, "x", 1000, is_past=True),
    ]  # fmt: skip
    create_tags(found(repo.path), tags)
    early, late, past = (int(read_tag(repo, tag.name)["tagger"].split()[-2]) for tag in tags)
    assert early >= now
    assert (late, past) == (LATE, 1000)


def test_one_tag_that_exists_stops_all(repo: Repo) -> None:
    repo.git("tag", "b")
    with pytest.raises(LostRaceError) as caught:
        create_tags(found(repo.path), [TagToMake(name, repo.head, "x") for name in "abc"])
    assert caught.value.message == "the tag 'b' exists already; nothing was moved"
    assert caught.value.hint == "Run basalt status, then try again."
    assert repo.git("tag") == "b"


def test_a_tag_that_blocks_a_folder_of_tags_is_named(repo: Repo) -> None:
    repo.git("tag", "support")
    with pytest.raises(BasaltError) as caught:
        create_tags(found(repo.path), [TagToMake("support/reply@v1.0.0", repo.head, "x")])
    assert caught.value.message == "the tag 'support' blocks the new tag; nothing was moved"
    assert caught.value.hint == "Rename it: git tag new-name support && git tag -d support"


def test_a_lock_is_named(repo: Repo) -> None:
    lock = repo.write(".git/refs/tags/a.lock", "")
    with pytest.raises(BasaltError, match=rf"^{lock} exists, \d seconds old; nothing was moved$"):
        create_tags(found(repo.path), [TagToMake("a", repo.head, "x")])


def test_a_name_that_git_refuses_is_an_error(repo: Repo) -> None:
    with pytest.raises(GitError, match=r"^the tag could not be made: .*; nothing was moved$"):
        create_tags(found(repo.path), [TagToMake("a..b", repo.head, "x")])


def test_existing_objects_get_names_and_lose_them_again(repo: Repo) -> None:
    create_refs(found(repo.path), ["x", "y/z"], [repo.head, repo.head])
    assert repo.git("for-each-ref", "--format=%(refname) %(objecttype)", "refs/tags/").splitlines() == [
        "refs/tags/x commit", "refs/tags/y/z commit",
    ]  # fmt: skip
    delete_tags(found(repo.path), [])
    delete_tags(found(repo.path), ["x"])
    assert repo.git("tag") == "y/z"


def test_a_push_takes_tags_with_their_guards() -> None:
    tags = [TagToMake("a", "1", "x", guard="refs/basalt/moves/a"), TagToMake("b", "2", "x")]
    assert list_updates(tags, ["o1", "o2"]) == [
        ("o1", "refs/tags/a"), ("o1", "refs/basalt/moves/a"), ("o2", "refs/tags/b"),
    ]  # fmt: skip


def test_without_an_identity_no_tag_is_made(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    repo.git("config", "user.useConfigOnly", "true")
    with pytest.raises(GitError, match=r"^the tag could not be made: git has no identity for you; nothing was moved$"):
        create_tags(found(repo.path), [TagToMake("a", repo.head, "x")])
    assert repo.git("tag") == ""


@pytest.fixture
def signing(repo: Repo, tmp_path: Path) -> Path:
    """Configure ``repo`` to sign tags by a program that the test can change."""
    signer = tmp_path / "signer"
    signer.write_text(
        "#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\n"
        "echo '-----BEGIN PGP SIGNATURE-----'\necho '-----END PGP SIGNATURE-----'\n"
    )
    signer.chmod(0o755)
    repo.git("config", "gpg.program", str(signer))
    repo.git("config", "tag.gpgSign", "true")
    return signer


@pytest.mark.usefixtures("signing")
def test_signed_tags_leave_no_ref_until_they_are_created(repo: Repo) -> None:
    (made,) = write_tags(found(repo.path), [TagToMake("a", repo.head, "x", 1000, is_past=True)])
    assert repo.git("tag") == ""
    text = repo.git("cat-file", "tag", made)
    assert "-----BEGIN PGP SIGNATURE-----" in text
    assert "tagger Ada <ada@example.com> 1000 +0000" in text
    create_tags(found(repo.path), [TagToMake("a", repo.head, "x", LATE), TagToMake("b", repo.head, "x")])
    assert repo.git("tag").splitlines() == ["a", "b"]
    assert f" {LATE} +0000" in read_tag(repo, "a")["tagger"]
    assert "-----BEGIN PGP SIGNATURE-----" in read_tag(repo, "b")["message"]


def test_a_tag_that_cannot_be_signed_is_not_made(repo: Repo, signing: Path) -> None:
    signing.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(GitError, match=r"^the tag could not be signed: .*; nothing was moved$"):
        create_tags(found(repo.path), [TagToMake("a", repo.head, "x")])
    assert repo.git("tag") == ""


@pytest.mark.usefixtures("signing")
def test_a_signed_tag_does_not_replace_another(repo: Repo) -> None:
    repo.git("update-ref", "refs/tags/a", "HEAD")
    with pytest.raises(LostRaceError, match=r"^the tag 'a' exists already; nothing was moved$"):
        create_tags(found(repo.path), [TagToMake("a", repo.head, "x")])
