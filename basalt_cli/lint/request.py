"""Lint or fix what a command names: the working tree, a commit, some files, or one file that is not saved yet."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from basalt_cli.errors import BasaltError, NotFoundError, UsageError
from basalt_cli.git.process import list_branches
from basalt_cli.lint.engine import Source, lint
from basalt_cli.lint.rule_choice import Choice, choose_rules
from basalt_cli.lint.scope import find_changed, find_named, prompts_path
from basalt_cli.model.config import CONFIG_NAME, DEPLOYMENTS_NAME, LintPolicy, RuleSelector
from basalt_cli.model.lint_report import FixedFile, LintReport
from basalt_cli.pointers.deployments_file import parse_deployments
from basalt_cli.pointers.plain_deployments import has_pointers
from basalt_cli.text.slug import is_reserved
from basalt_cli.versions.references import find_revision
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import OverlaidTree, PromptTree


class LintRequest(NamedTuple):
    """What to lint: the working tree, or the commit that ``revision`` names.

    Without ``paths`` and ``changed_since`` it is the whole project. ``policy`` are the rules chosen on the command
    line. ``unsaved`` is the path of a file and the content to lint in its place.
    """

    policy: LintPolicy
    paths: tuple[Path, ...] = ()
    changed_since: str | None = None
    revision: str | None = None
    unsaved: tuple[Path, bytes] | None = None
    has_cache: bool = True


class _Opened(NamedTuple):
    """The source, the rules, and the paths of the files to lint; None for the whole project."""

    source: Source
    choice: Choice
    paths: list[str] | None


def run_lint(project: Project, request: LintRequest) -> LintReport:
    """Return the report on what a request names."""
    source, choice, paths = _open(project, request)
    is_whole = paths is None and source.tree.commit is None
    if is_whole and request.has_cache and project.root is not None:
        from basalt_cli.lint.cache import lint_cached

        config = (project.root / CONFIG_NAME).read_bytes()
        return lint_cached(project.root, config, describe_policy(request.policy), source, choice)
    return lint(source, choice, paths)


def plan_fixes(project: Project, request: LintRequest, *, unsafe: bool) -> tuple[FixedFile, ...]:
    """Return the files of a request that have a fix, before and after it; writes nothing."""
    if request.revision is not None:
        raise UsageError("--fix changes files, and --at reads a commit", hint="Remove --at; commit what --fix changes.")
    from basalt_cli.lint.fixes import Fixer

    opened = _open(project, request)
    report = run_lint(project, request)
    prefix = opened.source.shown("")
    offered = dict.fromkeys(f.path for f in report.findings if f.fix is not None and (unsafe or f.fix.is_safe))
    fixer = Fixer(opened.source, opened.choice, unsafe=unsafe)
    files = [fixer.fix(path.removeprefix(prefix)) for path in offered if path.startswith(prefix)]
    return tuple(file for file in files if file.fixed or file.refused)


def write_fixes(project: Project, files: tuple[FixedFile, ...]) -> None:
    """Write the fixed files, each atomically."""
    from basalt_cli.files.write import replace_file

    for file in files:
        if file.after != file.before:
            replace_file(prompts_path(project) / file.path, file.after)


def describe_policy(policy: LintPolicy) -> tuple[str, ...]:
    """Return the rules chosen on the command line as a key: different choices have different keys."""
    select = ("default",) if policy.select is None else ("select", *_texts(policy.select))
    return (*select, "extend", *_texts(policy.extend_select), "ignore", *_texts(policy.ignore))


def _texts(selectors: tuple[RuleSelector, ...]) -> tuple[str, ...]:
    return tuple(selector.text for selector in selectors)


def _open(project: Project, request: LintRequest) -> _Opened:
    choice = choose_rules(project.config.lint, request.policy)
    commit = None if request.revision is None else find_revision(project, request.revision)
    tree = project.open_tree(commit)
    if request.unsaved is not None:
        return _open_unsaved(project, tree, choice, *request.unsaved)
    source = Source(tree, project.config.prompts, project.config.environment_names, _read_deployments(project, commit))
    if request.changed_since is not None:
        return _Opened(source, choice, find_changed(project, tree, request.changed_since))
    if request.paths:
        return _Opened(source, choice, find_named(project, tree, list(request.paths)))
    return _Opened(_with_flaws(project, source), choice, None)


def _with_flaws(project: Project, source: Source) -> Source:
    """Return the source with the flaws of its pointers, if there are pointers, and a repository with full history."""
    if source.deployments is None or not has_pointers(source.deployments):
        return source
    repository = project.find_repository()
    if repository is None or repository.is_shallow:
        return source
    from basalt_cli.pointers.integrity import find_flaws
    from basalt_cli.workspace.trunk import find_trunk

    refs, trunk = list_branches(repository.folder), find_trunk(project)
    try:
        pointers = parse_deployments(source.deployments) if trunk is not None else {}
    except BasaltError:
        return source._replace(refs=refs)  # Other rules report what is wrong with the file.
    flaws = tuple(find_flaws(project, trunk, pointers)) if trunk is not None else ()
    return source._replace(flaws=flaws, refs=refs)


def _open_unsaved(project: Project, tree: PromptTree, choice: Choice, path: Path, data: bytes) -> _Opened:
    folder = prompts_path(project)
    target = Path(path.parent.resolve(), path.name)
    if not target.is_relative_to(folder):
        hint = f"Give the path that the file will have, below {project.config.prompts}/."
        raise BasaltError(f"{path} is not in the prompts folder", hint=hint)
    name = target.relative_to(folder).as_posix()
    if is_reserved(name):
        message = f"{path} is neither a prompt nor a partial"
        raise NotFoundError(message, hint="README.md, _fixtures/ and *.snap.md are reserved: choose another name.")
    return _Opened(Source(OverlaidTree(tree, name, data), project.config.prompts), choice, [name])


def _read_deployments(project: Project, commit: str | None) -> bytes | None:
    if commit is not None:
        return project.read_committed(commit, DEPLOYMENTS_NAME)
    path = (project.root or Path()) / DEPLOYMENTS_NAME
    return path.read_bytes() if path.is_file() else None
