"""Find every odd state of a clone that can mislead or stop somebody, and say what mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from shlex import quote
from typing import NamedTuple

from basalt_cli.errors import BasaltError
from basalt_cli.git.command import find_config, list_config
from basalt_cli.git.read import Tag
from basalt_cli.git.remote import list_remote_refs, list_remotes
from basalt_cli.git.state import find_locks, has_commit_graph, has_hook
from basalt_cli.model.config import DEPLOYMENTS_NAME
from basalt_cli.model.diagnosis import Diagnosis
from basalt_cli.model.pointer import Pointers
from basalt_cli.pointers.integrity import find_flaws
from basalt_cli.pointers.pointer_tag import parse_pointer_tag
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.setup.scaffold import MERGE_ATTRIBUTE
from basalt_cli.text.reference import is_release
from basalt_cli.text.slug import describe_slug_problem, is_prompt_path
from basalt_cli.versions.lookup import find_again
from basalt_cli.versions.references import open_catalog
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk

_LONG_HISTORY = 5000
_LFS = b"version https://git-lfs.github.com/spec/"
_MOST_NAMED = 5


class Patient(NamedTuple):
    """A project with what most checks need; ``trunk`` and ``catalog`` are None where there are none yet."""

    project: Project
    state: TrunkState
    trunk: Trunk | None
    catalog: Catalog | None
    tags: tuple[Tag, ...]


def diagnose(project: Project, *, asks_remotes: bool = False) -> tuple[Diagnosis, ...]:
    """Return everything odd about a clone; nothing is changed, and no remote is asked unless that is wanted."""
    state = TrunkState(project)
    trunk = state.found
    catalog = open_catalog(project, trunk.commit, project.config.trunk) if trunk is not None else None
    patient = Patient(project, state, trunk, catalog, tuple(project.repository.list_tags()))
    checks = (*_CHECKS, _check_remotes) if asks_remotes else _CHECKS
    return tuple(found for check in checks for found in check(patient))


def _check_history(patient: Patient) -> Iterator[Diagnosis]:
    repository = patient.project.repository
    if repository.is_shallow:
        message = "this clone is shallow: versions, promotions and status need the history that is cut off"
        yield Diagnosis("shallow", "problem", message, "git fetch --unshallow")
    if any(value == "true" for value in list_config(repository, r"^remote\..*\.promisor$").values()):
        message = "this is a partial clone: what is missing is never fetched while basalt reads"
        yield Diagnosis("partial-clone", "notice", message, "git fetch --refetch --no-filter")
    if patient.trunk is None or repository.is_shallow or has_commit_graph(repository):
        return
    count = int(repository.run("rev-list", "--count", patient.trunk.commit).strip())
    if count >= _LONG_HISTORY:
        message = (
            f"{patient.project.config.trunk} has {count} commits and no commit-graph: log and status could be quicker"
        )
        command = "git commit-graph write --reachable --changed-paths"
        yield Diagnosis("no-commit-graph", "notice", message, command, "commit-graph")


def _check_head(patient: Patient) -> Iterator[Diagnosis]:
    repository, name = patient.project.repository, patient.project.config.trunk
    branch = repository.find_branch()
    if repository.find_commit("HEAD") is None:
        message = f"HEAD is unborn: {branch or 'the branch'} has no commits yet, and versions are commits"
        yield Diagnosis("unborn", "problem", message, "git add --all && git commit")
    elif branch is None:
        message = f"HEAD is detached; a promotion is a commit on {name} all the same"
        yield Diagnosis("detached", "notice", message, f"git switch {quote(name)}")
    if repository.work_tree is None:
        message = "this repository is bare: everything is read from commits, and nothing can be edited"
        yield Diagnosis("bare", "notice", message)
    if patient.trunk is None:
        message = f"the trunk {name!r} is not in this clone"
        yield Diagnosis(
            "no-trunk", "problem", message, f"git fetch origin {quote(f'{name}:refs/remotes/origin/{name}')}"
        )
    elif patient.trunk.warning:
        message = patient.trunk.warning
        yield Diagnosis("parted", "problem", message, f"git switch {quote(name)} && git pull --rebase")


def _check_tags(patient: Patient) -> Iterator[Diagnosis]:
    repository = patient.project.repository
    for name, value in list_config(repository, r"^remote\..*\.tagopt$").items():
        if value == "--no-tags":
            remote = name.split(".")[1]
            message = f"{remote} is fetched without tags: releases, and pointers in tags, are not seen"
            command = f"git config --unset {quote(f'remote.{remote}.tagOpt')} && git fetch --tags {quote(remote)}"
            yield Diagnosis("no-tags", "problem", message, command)
    for tag in patient.tags:
        is_ours = _is_ours(tag.name)
        if is_ours and tag.is_annotated and not tag.commit:
            message = f"the tag '{tag.name}' names no commit, and counts for nothing"
            yield Diagnosis("tag-of-no-commit", "problem", message, f"git tag -d {quote(tag.name)}", subject=tag.name)
        if is_ours and not tag.is_annotated:
            message = f"the tag '{tag.name}' is lightweight, and counts for nothing: it has no author and no time"
            command = f"git tag -d {quote(tag.name)} && git tag -a {quote(tag.name)} {tag.commit[:9]}"
            yield Diagnosis("lightweight-tag", "problem", message, command, subject=tag.name)
    yield from _check_blocking_tags(patient)


def _check_blocking_tags(patient: Patient) -> Iterator[Diagnosis]:
    """Find tags such as ``support``, which take the place of the folder that ``support/...`` stands in."""
    slugs = patient.catalog.slugs if patient.catalog is not None else ()
    folders = {"/".join(parts[:end]) for parts in (slug.split("/") for slug in slugs) for end in range(1, len(parts))}
    for tag in patient.tags:
        if tag.name in folders:
            message = f"the tag '{tag.name}' stands in the way of every tag of the prompts in {tag.name}/"
            command = f"git tag {quote(f'old-{tag.name}')} {quote(tag.name)} && git tag -d {quote(tag.name)}"
            yield Diagnosis("blocking-tag", "problem", message, command, subject=tag.name)


def _check_remotes(patient: Patient) -> Iterator[Diagnosis]:
    """Compare pointers and releases in tags with those that the remotes have now."""
    repository = patient.project.repository
    here = {tag.name: tag.object_id for tag in patient.tags if _is_ours(tag.name)}
    for remote in list_remotes(repository):
        refs = list_remote_refs(repository, remote, "refs/tags/*")
        there = {name: made for ref, made in refs.items() if _is_ours(name := ref.removeprefix("refs/tags/"))}
        for name in sorted(here.keys() & there.keys()):
            if here[name] != there[name]:
                message = f"the tag '{name}' here is another than at {remote}: two people made it, and one has lost"
                command = f"git tag -d {quote(name)} && git fetch {quote(remote)} --tags"
                yield Diagnosis("diverged-tag", "problem", message, command, subject=name)
        unknown = sorted(there.keys() - here.keys())
        if unknown:
            message = f"{remote} has tags of pointers or releases that are not here: {_name_some(unknown)}"
            yield Diagnosis("unfetched-tags", "problem", message, f"git fetch {quote(remote)} --tags")
        unshared = sorted(here.keys() - there.keys())
        if unshared:
            message = f"{remote} does not have the tags of pointers or releases {_name_some(unshared)}"
            names = " ".join(quote(name) for name in unshared[:_MOST_NAMED])
            yield Diagnosis("unpushed-tags", "notice", message, f"git push --atomic {quote(remote)} {names}")


def _is_ours(name: str) -> bool:
    """Say whether a tag is called as a pointer's move or a release is."""
    slug, _, number = name.rpartition("@")
    return parse_pointer_tag(name) is not None or (bool(slug) and number[:1] == "v" and is_release(number))


def _check_checkout(patient: Patient) -> Iterator[Diagnosis]:
    repository = patient.project.repository
    if find_config(repository, "core.sparseCheckout") == "true":
        message = "this checkout is sparse: prompts that are left out of it are missing from the working tree"
        yield Diagnosis("sparse", "notice", message, "git sparse-checkout disable")
    for lock in find_locks(repository):
        message = f"{lock.path} exists, {lock.age_seconds} seconds old: git changes nothing while it stands"
        command = f"rm {quote(lock.path)}    # only if no git command is running"
        yield Diagnosis("lock", "problem", message, command, subject=lock.path)
    hooks = find_config(repository, "core.hooksPath")
    if hooks is not None and has_hook(repository, "pre-commit"):
        message = f"core.hooksPath is {hooks!r}, so the hook in .git/hooks/pre-commit never runs"
        yield Diagnosis("hooks-path", "problem", message, "git config --unset core.hooksPath")


def _check_files(patient: Patient) -> Iterator[Diagnosis]:
    """Look at the prompts on the trunk: what git stores instead of them, and how their lines end."""
    if patient.catalog is None:
        return
    pointers, windows = [], []
    for path in patient.catalog.tree.list_paths():
        data = patient.catalog.tree.read(path) or b""
        if data.startswith(_LFS):
            pointers.append(path)
        elif is_prompt_path(path) and b"\r\n" in data:
            windows.append(path)
    folder = patient.project.config.prompts
    if pointers:
        message = f"{_name_some(pointers)} in {folder}/ stand in Git LFS: what basalt reads is only a reference to them"
        yield Diagnosis(
            "lfs", "problem", message, f"git lfs migrate export --include={quote(f'{folder}/**')} --everything"
        )
    if windows:
        message = f"{_name_some(windows)} in {folder}/ have the line ends of Windows; digests do not see them, diffs do"
        command = f"echo {quote(f'{folder}/** text eol=lf')} >> .gitattributes && git add --renormalize . && git commit"
        yield Diagnosis("crlf", "notice", message, command)


def _name_some(paths: list[str]) -> str:
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return ", ".join(paths[:_MOST_NAMED]) + more


def _check_pointers(patient: Patient) -> Iterator[Diagnosis]:
    project, trunk = patient.project, patient.trunk
    if trunk is None:
        return
    try:
        pointers: Pointers = patient.state.pointers
    except BasaltError as error:
        message = f"the pointers cannot be read: {error.message.partition(chr(10))[0]}"
        yield Diagnosis("unreadable-pointers", "problem", message, f"git log -p -- {DEPLOYMENTS_NAME}")
        return
    for flaw in find_flaws(project, trunk, pointers):
        digest = pointers[flaw.environment][flaw.slug].digest
        found = None if project.repository.is_shallow else find_again(project, trunk, flaw.slug, digest)
        again = found.commit.id if found is not None else None
        subject = f"{flaw.environment} {flaw.slug}"
        if again in (None, pointers[flaw.environment][flaw.slug].version) or flaw.kind == "digest":
            command = f"basalt promote {flaw.slug} --to {flaw.environment}"
            yield Diagnosis(f"pointer-{flaw.kind}", "problem", flaw.message, command, subject=subject)
        else:
            assert again is not None
            message = f"{flaw.message}; {again[:9]} of the trunk has the same digest"
            command = f"basalt promote {flaw.slug} --to {flaw.environment} --version {again[:9]}"
            yield Diagnosis(f"pointer-{flaw.kind}", "problem", message, command, "repoint", subject)


def _check_policy(patient: Patient) -> Iterator[Diagnosis]:
    project, trunk = patient.project, patient.trunk
    if trunk is None:
        return
    policy = patient.state.policy
    if policy.deployments == "file":
        yield from _check_merge_driver(patient)
    for name in {tag.name for tag in patient.tags if policy.deployments == "file"}:
        found = parse_pointer_tag(name)
        if found is not None and describe_slug_problem(found.slug) is None:
            message = f"there are tags such as '{name}', which point at nothing while deployments: file holds"
            yield Diagnosis("unused-pointer-tags", "notice", message, "basalt migrate deployments --to tags")
            break
    guarded = [environment.name for environment in policy.environments if environment.gates or environment.confirm]
    if guarded and trunk.upstream is not None and not _has_owners(patient, trunk):
        message = (
            f"whoever may push to {project.config.trunk} decides what {guarded[-1]} runs: no CODEOWNERS speaks of "
            "basalt.yaml, and git cannot tell whether the host protects the branch"
        )
        yield Diagnosis(
            "unprotected-trunk", "notice", message, "protect the branch at the host, and give basalt.yaml an owner"
        )


def _has_owners(patient: Patient, trunk: Trunk) -> bool:
    reader = patient.project.objects
    for path in ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"):
        folder, _, name = path.rpartition("/")
        entry = (reader.read_folder(f"{trunk.commit}:{folder}") or {}).get(name)
        data = reader.read_blob(entry.object_id) if entry is not None and entry.is_regular else None
        if data is not None and (b"basalt.yaml" in data or b"\n*" in b"\n" + data):
            return True
    return False


def _check_merge_driver(patient: Patient) -> Iterator[Diagnosis]:
    project = patient.project
    if project.root is None:
        return
    path = project.root / ".gitattributes"
    has_line = path.is_file() and MERGE_ATTRIBUTE in path.read_text(encoding="utf-8", errors="replace").splitlines()
    if not has_line or find_config(project.repository, "merge.basalt.driver") is None:
        message = f"git merges {DEPLOYMENTS_NAME} as text, so two promotions side by side can stand in conflict"
        yield Diagnosis("no-merge-driver", "notice", message, "basalt doctor --fix", "merge-driver")


_CHECKS: tuple[Callable[[Patient], Iterator[Diagnosis]], ...] = (
    _check_history,
    _check_head,
    _check_tags,
    _check_checkout,
    _check_files,
    _check_pointers,
    _check_policy,
)
