"""Find the states of a clone that mislead or block its users, each with the command that fixes it."""

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


class Clone(NamedTuple):
    """A project and what most checks read; ``trunk`` and ``catalog`` are None if the trunk has no commit here."""

    project: Project
    state: TrunkState
    trunk: Trunk | None
    catalog: Catalog | None
    tags: tuple[Tag, ...]


def diagnose(project: Project, *, asks_remotes: bool = False) -> tuple[Diagnosis, ...]:
    """Return what is wrong with a clone, and change nothing; remotes are read only if ``asks_remotes``."""
    state = TrunkState(project)
    trunk = state.found
    catalog = open_catalog(project, trunk.commit, project.config.trunk) if trunk is not None else None
    clone = Clone(project, state, trunk, catalog, tuple(project.repository.list_tags()))
    checks = (*_CHECKS, _check_remotes) if asks_remotes else _CHECKS
    return tuple(found for check in checks for found in check(clone))


def _check_history(clone: Clone) -> Iterator[Diagnosis]:
    repository = clone.project.repository
    if repository.is_shallow:
        message = "this clone is shallow: versions, promotions and status need the whole history"
        yield Diagnosis("shallow", "problem", message, "git fetch --unshallow")
    if any(value == "true" for value in list_config(repository, r"^remote\..*\.promisor$").values()):
        message = "this is a partial clone: basalt does not fetch the objects that are missing"
        yield Diagnosis("partial-clone", "notice", message, "git fetch --refetch --no-filter")
    if clone.trunk is None or repository.is_shallow or has_commit_graph(repository):
        return
    count = int(repository.run("rev-list", "--count", clone.trunk.commit).strip())
    if count >= _LONG_HISTORY:
        trunk = clone.project.config.trunk
        message = f"{trunk} has {count} commits and no commit-graph, which makes log and status faster"
        command = "git commit-graph write --reachable --changed-paths"
        yield Diagnosis("no-commit-graph", "notice", message, command, "commit-graph")


def _check_head(clone: Clone) -> Iterator[Diagnosis]:
    repository, name = clone.project.repository, clone.project.config.trunk
    branch = repository.find_branch()
    if repository.find_commit("HEAD") is None:
        message = f"HEAD is unborn: {branch or 'the branch'} has no commits yet, and versions are commits"
        yield Diagnosis("unborn", "problem", message, "git add --all && git commit")
    elif branch is None:
        message = f"HEAD is detached; promotions still commit on {name}"
        yield Diagnosis("detached", "notice", message, f"git switch {quote(name)}")
    if repository.work_tree is None:
        message = "this repository is bare: it has no files to edit, and basalt reads commits only"
        yield Diagnosis("bare", "notice", message)
    if clone.trunk is None:
        message = f"the trunk {name!r} is not in this clone"
        command = f"git fetch origin {quote(f'{name}:refs/remotes/origin/{name}')}"
        yield Diagnosis("no-trunk", "problem", message, command)
    elif clone.trunk.warning:
        command = f"git switch {quote(name)} && git pull --rebase"
        yield Diagnosis("parted", "problem", clone.trunk.warning, command)


def _check_tags(clone: Clone) -> Iterator[Diagnosis]:
    repository = clone.project.repository
    for name, value in list_config(repository, r"^remote\..*\.tagopt$").items():
        if value == "--no-tags":
            remote = name.split(".")[1]
            message = f"{remote} is fetched without tags, so releases and pointer tags are missing here"
            command = f"git config --unset {quote(f'remote.{remote}.tagOpt')} && git fetch --tags {quote(remote)}"
            yield Diagnosis("no-tags", "problem", message, command)
    for tag in clone.tags:
        is_ours = _is_ours(tag.name)
        if is_ours and tag.is_annotated and not tag.commit:
            message = f"the tag '{tag.name}' is ignored: it does not name a commit"
            yield Diagnosis("tag-of-no-commit", "problem", message, f"git tag -d {quote(tag.name)}", subject=tag.name)
        if is_ours and not tag.is_annotated:
            message = f"the tag '{tag.name}' is ignored: it is lightweight, without author and time"
            command = f"git tag -d {quote(tag.name)} && git tag -a {quote(tag.name)} {tag.commit[:9]}"
            yield Diagnosis("lightweight-tag", "problem", message, command, subject=tag.name)
    yield from _check_blocking_tags(clone)


def _check_blocking_tags(clone: Clone) -> Iterator[Diagnosis]:
    """Yield tags such as ``support``, with which git cannot create a tag ``support/...``."""
    slugs = clone.catalog.slugs if clone.catalog is not None else ()
    folders = {"/".join(parts[:end]) for parts in (slug.split("/") for slug in slugs) for end in range(1, len(parts))}
    for tag in clone.tags:
        if tag.name in folders:
            message = f"the tag '{tag.name}' blocks all tags of the prompts in {tag.name}/"
            command = f"git tag {quote(f'old-{tag.name}')} {quote(tag.name)} && git tag -d {quote(tag.name)}"
            yield Diagnosis("blocking-tag", "problem", message, command, subject=tag.name)


def _check_remotes(clone: Clone) -> Iterator[Diagnosis]:
    """Compare the pointer and release tags with those of the remotes."""
    repository = clone.project.repository
    here = {tag.name: tag.object_id for tag in clone.tags if _is_ours(tag.name)}
    for remote in list_remotes(repository):
        refs = list_remote_refs(repository, remote, "refs/tags/*")
        there = {name: made for ref, made in refs.items() if _is_ours(name := ref.removeprefix("refs/tags/"))}
        for name in sorted(here.keys() & there.keys()):
            if here[name] != there[name]:
                message = f"the tag '{name}' differs from that of {remote}, which counts: both were created apart"
                command = f"git tag -d {quote(name)} && git fetch {quote(remote)} --tags"
                yield Diagnosis("diverged-tag", "problem", message, command, subject=name)
        unknown = sorted(there.keys() - here.keys())
        if unknown:
            message = f"{remote} has pointer or release tags that are missing here: {_name_some(unknown)}"
            yield Diagnosis("unfetched-tags", "problem", message, f"git fetch {quote(remote)} --tags")
        unshared = sorted(here.keys() - there.keys())
        if unshared:
            message = f"these pointer or release tags are not pushed to {remote}: {_name_some(unshared)}"
            names = " ".join(quote(name) for name in unshared[:_MOST_NAMED])
            yield Diagnosis("unpushed-tags", "notice", message, f"git push --atomic {quote(remote)} {names}")


def _is_ours(name: str) -> bool:
    """Return whether a tag has the name of a pointer tag or a release."""
    slug, _, number = name.rpartition("@")
    return parse_pointer_tag(name) is not None or (bool(slug) and number[:1] == "v" and is_release(number))


def _check_checkout(clone: Clone) -> Iterator[Diagnosis]:
    repository = clone.project.repository
    if find_config(repository, "core.sparseCheckout") == "true":
        message = "this checkout is sparse: prompts outside it are missing from the working tree"
        yield Diagnosis("sparse", "notice", message, "git sparse-checkout disable")
    for lock in find_locks(repository):
        message = f"{lock.path} exists, {lock.age_seconds} seconds old, and blocks git from writing"
        command = f"rm {quote(lock.path)}    # only if no git command is running"
        yield Diagnosis("lock", "problem", message, command, subject=lock.path)
    hooks = find_config(repository, "core.hooksPath")
    if hooks is not None and has_hook(repository, "pre-commit"):
        message = f"core.hooksPath is {hooks!r}, so the hook .git/hooks/pre-commit never runs"
        yield Diagnosis("hooks-path", "problem", message, "git config --unset core.hooksPath")


def _check_files(clone: Clone) -> Iterator[Diagnosis]:
    """Find prompts on the trunk that are Git LFS pointers or have CRLF line ends."""
    if clone.catalog is None:
        return
    in_lfs, with_crlf = [], []
    for path in clone.catalog.tree.list_paths():
        data = clone.catalog.tree.read(path) or b""
        if data.startswith(_LFS):
            in_lfs.append(path)
        elif is_prompt_path(path) and b"\r\n" in data:
            with_crlf.append(path)
    folder = clone.project.config.prompts
    if in_lfs:
        message = f"{_name_some(in_lfs)} in {folder}/ are in Git LFS: basalt reads only their LFS pointers"
        command = f"git lfs migrate export --include={quote(f'{folder}/**')} --everything"
        yield Diagnosis("lfs", "problem", message, command)
    if with_crlf:
        message = f"{_name_some(with_crlf)} in {folder}/ have CRLF line ends, which diffs show and digests ignore"
        command = f"echo {quote(f'{folder}/** text eol=lf')} >> .gitattributes && git add --renormalize . && git commit"
        yield Diagnosis("crlf", "notice", message, command)


def _name_some(paths: list[str]) -> str:
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return ", ".join(paths[:_MOST_NAMED]) + more


def _check_pointers(clone: Clone) -> Iterator[Diagnosis]:
    project, trunk = clone.project, clone.trunk
    if trunk is None:
        return
    try:
        pointers: Pointers = clone.state.pointers
    except BasaltError as error:
        reason = error.message.partition("\n")[0]
        message = f"the pointers cannot be read: {reason}"
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
            message = f"{flaw.message}; {again[:9]} on the trunk has the same digest"
            command = f"basalt promote {flaw.slug} --to {flaw.environment} --version {again[:9]}"
            yield Diagnosis(f"pointer-{flaw.kind}", "problem", message, command, "repoint", subject)


def _check_policy(clone: Clone) -> Iterator[Diagnosis]:
    project, trunk = clone.project, clone.trunk
    if trunk is None:
        return
    policy = clone.state.policy
    if policy.deployments == "file":
        yield from _check_merge_driver(clone)
    for name in sorted({tag.name for tag in clone.tags if policy.deployments == "file"}):
        found = parse_pointer_tag(name)
        if found is not None and describe_slug_problem(found.slug) is None:
            message = f"pointer tags such as '{name}' are ignored while basalt.yaml has deployments: file"
            yield Diagnosis("unused-pointer-tags", "notice", message, "basalt migrate deployments --to tags")
            break
    guarded = [environment.name for environment in policy.environments if environment.gates or environment.confirm]
    if guarded and trunk.upstream is not None and not _has_owners(clone, trunk):
        message = (
            f"anyone who can push to {project.config.trunk} can change what {guarded[-1]} runs: CODEOWNERS does not "
            "list basalt.yaml, and git cannot tell whether the host protects the branch"
        )
        command = "protect the branch at the host, and give basalt.yaml an owner in CODEOWNERS"
        yield Diagnosis("unprotected-trunk", "notice", message, command)


def _has_owners(clone: Clone, trunk: Trunk) -> bool:
    reader = clone.project.objects
    for path in ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"):
        folder, _, name = path.rpartition("/")
        entry = (reader.read_folder(f"{trunk.commit}:{folder}") or {}).get(name)
        data = reader.read_blob(entry.object_id) if entry is not None and entry.is_regular else None
        if data is not None and (b"basalt.yaml" in data or b"\n*" in b"\n" + data):
            return True
    return False


def _check_merge_driver(clone: Clone) -> Iterator[Diagnosis]:
    project = clone.project
    if project.root is None:
        return
    path = project.root / ".gitattributes"
    has_line = path.is_file() and MERGE_ATTRIBUTE in path.read_text(encoding="utf-8", errors="replace").splitlines()
    if not has_line or find_config(project.repository, "merge.basalt.driver") is None:
        message = f"git merges {DEPLOYMENTS_NAME} as text, so two promotions on two branches can conflict"
        yield Diagnosis("no-merge-driver", "notice", message, "basalt doctor --fix", "merge-driver")


_CHECKS: tuple[Callable[[Clone], Iterator[Diagnosis]], ...] = (
    _check_history,
    _check_head,
    _check_tags,
    _check_checkout,
    _check_files,
    _check_pointers,
    _check_policy,
)
