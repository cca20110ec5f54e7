"""Objects are read by one process, whatever their names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from basalt_cli.errors import GitError
from basalt_cli.git import objects
from basalt_cli.git.objects import ObjectReader, TagObject, TreeEntry
from basalt_cli.model.version import Commit
from basalt_cli.sandbox.child import ForkedChild

from tests.git.repositories import found
from tests.support import Repo

ABSENT = "0" * 40


@pytest.fixture
def reader(repo: Repo) -> Iterator[ObjectReader]:
    """Read objects of ``repo``."""
    opened = ObjectReader(found(repo.path))
    yield opened
    opened.close()


def test_a_blob_is_read_byte_for_byte(repo: Repo, reader: ObjectReader) -> None:
    data = b"\0\r\n\xff" * 100_000
    repo.write("data", data)
    repo.commit("data")
    blob = repo.git("rev-parse", "HEAD:data")
    assert reader.read_blob(blob) == data
    assert reader.require_blob(blob, "data") == data


def test_what_is_missing_or_of_another_type_is_none(repo: Repo, reader: ObjectReader) -> None:
    for name in (ABSENT, repo.head, "nope", "a name\nof two lines", "--batch"):
        assert reader.read_blob(name) is None
        assert reader.read_folder(name) is None
    assert reader.read_commit("HEAD:") is None
    assert reader.read_parents("HEAD:") == ()
    assert reader.find_folder(repo.head, "basalt.yaml") is None
    # The process goes on after each of them.
    assert reader.has_commit(repo.head)


def test_what_must_be_there_is_named_when_it_is_missing(reader: ObjectReader) -> None:
    with pytest.raises(GitError, match=r"^prompts/a.yaml is not in this clone$") as caught:
        reader.require_blob(ABSENT, "prompts/a.yaml")
    hint = "Check the repository with git fsck; in a partial clone: git fetch --refetch --no-filter"
    assert caught.value.hint == hint
    with pytest.raises(GitError, match=r"^the files of commit 000000000 are not in this clone$"):
        reader.require_tree(ABSENT)


def test_a_folder_has_its_entries_with_modes(repo: Repo, reader: ObjectReader) -> None:
    repo.write("x/run", "").chmod(0o755)
    (repo.path / "x/link").symlink_to("run")
    (repo.path / "x" / b"caf\xe9".decode(errors="surrogateescape")).write_text("")
    repo.commit("modes", {"x/y/z": "z"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head},x/module")
    repo.git("commit", "--quiet", "-m", "module")
    entries = reader.read_folder(f"{repo.head}:x")
    assert entries is not None
    assert {name: entry.mode for name, entry in entries.items()} == {
        "run": "100755", "link": "120000", "caf\udce9": "100644", "y": "40000", "module": "160000",
    }  # fmt: skip
    assert [name for name, entry in entries.items() if entry.is_folder] == ["y"]
    assert sorted(name for name, entry in entries.items() if entry.is_regular) == ["caf\udce9", "run"]
    assert entries["y"] == TreeEntry("40000", repo.git("rev-parse", "HEAD:x/y"))


def test_folders_that_were_read_last_are_kept(
    repo: Repo, reader: ObjectReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_FOLDERS_KEPT", 2)
    repo.commit("folders", {f"{name}/x": name for name in "abc"})
    ids = [reader.find_folder(repo.head, name) for name in "abc"]
    assert ids == [repo.git("rev-parse", f"HEAD:{name}") for name in "abc"]
    reader._read = None  # type: ignore[assignment, method-assign]
    assert [reader.read_folder(str(found)) is not None for found in ids[1:]] == [True, True]
    with pytest.raises(TypeError):
        reader.read_folder(str(ids[0]))


def test_a_commit_is_read_whole(repo: Repo, reader: ObjectReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_DATE", "@1000 +0200")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "@2000 +0000")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Ada > L")
    first = repo.head
    repo.git("commit", "--quiet", "--allow-empty", "-m", "Subject é\n\nparent of nothing\n")
    assert reader.read_commit(repo.head) == Commit(repo.head, (first,), 2000, 1000, "Ada  L", "Subject é")
    assert reader.read_commit(ABSENT) is None


def test_the_parents_of_a_merge_are_in_order(repo: Repo, reader: ObjectReader) -> None:
    base = repo.head
    repo.git("switch", "--quiet", "--create", "side")
    side = repo.commit("side")
    repo.git("switch", "--quiet", "main")
    main = repo.commit("main")
    repo.git("merge", "--quiet", "-m", "merge", "side")
    assert reader.read_parents(repo.head) == (main, side)
    commit = reader.read_commit(repo.head)
    assert commit is not None
    assert commit.parents == (main, side)
    assert (reader.read_parents(base), reader.read_parents(ABSENT)) == ((), ())


def test_the_parents_of_a_shallow_commit_are_those_that_it_records(repo: Repo, tmp_path: Path) -> None:
    first = repo.head
    repo.commit("second")
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    reader = ObjectReader(found(tmp_path / "shallow"))
    assert reader.read_parents(repo.head) == (first,)
    assert not reader.has_commit(first)
    reader.close()


def test_many_annotated_tags_are_read_in_order(
    repo: Repo, reader: ObjectReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_NAMES_AT_ONCE", 2)
    monkeypatch.setenv("GIT_COMMITTER_DATE", "@5000 +0000")
    for number in range(4):
        repo.git("tag", "-a", f"t{number}", "-m", f"message {number}\n\nbody")
    ids = [repo.git("rev-parse", f"t{number}") for number in range(4)]
    tags = list(reader.read_tags([*ids[:3], repo.head, ABSENT, ids[3]]))
    assert [tag.message if tag else None for tag in tags] == [
        "message 0\n\nbody\n", "message 1\n\nbody\n", "message 2\n\nbody\n", None, None, "message 3\n\nbody\n",
    ]  # fmt: skip
    assert tags[0] == TagObject("Ada", 5000, "message 0\n\nbody\n")


def test_a_tag_without_tagger_has_no_name_and_time(repo: Repo, reader: ObjectReader) -> None:
    text = f"object {repo.head}\ntype commit\ntag old\n\nmessage\n"
    repo.write("tag", text)
    made = repo.git("hash-object", "-t", "tag", "-w", "--literally", "tag")
    assert list(reader.read_tags([made])) == [TagObject("", 0, "message\n")]


def test_one_process_serves_all_reads_and_is_ended(repo: Repo, reader: ObjectReader) -> None:
    reader.has_commit(repo.head)
    process = reader._process
    reader.read_folder("HEAD:")
    assert process is not None
    assert reader._process is process
    reader.close()
    assert process.returncode == 0
    reader.close()
    assert reader.has_commit(repo.head)
    assert reader.read_commit(repo.head) is not None


def test_a_forked_child_starts_a_process_of_its_own(repo: Repo, reader: ObjectReader) -> None:
    assert reader.read_folder("HEAD:prompts") is not None

    def read(pipe: BinaryIO) -> None:
        pipe.write(repr(reader.read_commit(repo.head)).encode())

    child = ForkedChild(read)
    data = b""
    while chunk := child.read():
        data += chunk
    child.end(kills=False)
    assert repo.head in data.decode()
    assert reader.read_commit(repo.head) is not None


@pytest.mark.parametrize(
    ("promisor", "words"), [(False, "git cat-file ended early"), (True, "this is a partial clone")]
)
def test_a_process_that_ends_early_is_an_error(repo: Repo, reader: ObjectReader, promisor: bool, words: str) -> None:
    if promisor:
        repo.git("config", "remote.origin.promisor", "true")
    reader.has_commit(repo.head)
    assert reader._process is not None
    reader._process.kill()
    reader._process.wait()
    with pytest.raises(GitError, match=f"^{words}") as caught:
        reader.read_commit(repo.head)
    assert caught.value.hint is not None
    assert ("git fetch" if promisor else "git fsck") in caught.value.hint
