"""The merge gate: lint, tests, breaking changes, callers and pointers of a change, in one report."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.check.callers.callers import find_unread, find_wrong_calls
from basalt_cli.check.change import CheckedChange, CheckRequest, open_change
from basalt_cli.check.pointers import find_pointer_items, find_policy_items, read_running
from basalt_cli.check.source_files import SourceFiles
from basalt_cli.diff.comparison import compare_sides
from basalt_cli.diff.prompt import compare_closures
from basalt_cli.diff.sides import Sides, TreeSide
from basalt_cli.errors import BasaltError
from basalt_cli.git.state import list_merge_heads
from basalt_cli.lint.engine import Source, lint
from basalt_cli.lint.rule_choice import Choice, choose_rules
from basalt_cli.lint.scope import find_changed_between
from basalt_cli.model.case_result import PromptResult
from basalt_cli.model.change import Change, PromptDiff, Risk
from basalt_cli.model.check_report import CheckItem, CheckReport, Level
from basalt_cli.model.config import CONFIG_NAME
from basalt_cli.model.pointer import Pointers
from basalt_cli.model.progress import Progress, ignore_progress
from basalt_cli.pointers.allowed_changes import TRAILER, find_allowed
from basalt_cli.testing.cases import list_files
from basalt_cli.testing.run_many import CaseRequest, run_tests
from basalt_cli.testing.snapshot_file import snapshot_path
from basalt_cli.text.slug import is_prompt_path, is_reserved, slug_of
from basalt_cli.workspace.closures import ClosureReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import require_full_history

_SEVERITIES = {"error": "lint", "warning": "lint-warnings"}


def check(project: Project, request: CheckRequest, progress: Progress = ignore_progress) -> CheckReport:
    """Check a change and return the report; an error is raised only where the change cannot be read."""
    require_full_history(project, "a check")
    checked = open_change(project, request)
    side = checked.side
    if side.conflicts is not None:
        item = CheckItem("merge", Level.FAIL, f"HEAD cannot be merged into {request.merge_into}: {side.conflicts}")
        return CheckReport(checked.base, side.label, (item,), ())
    trees = TreeSide(checked.old, checked.base[:9]), TreeSide(checked.new, side.label)
    diffs = compare_sides(Sides(*trees, (), checked.state))
    allowed = _read_allowed(checked, request.message)
    paths = find_changed_between(checked.new.tree, project.open_commit(checked.base))
    slugs = [slug_of(path) for path in paths if is_prompt_path(path)]
    tested = CaseRequest(tuple(dict.fromkeys([*slugs, *_find_tested(checked)])))
    results = run_tests(project, checked.new, tested, progress)
    running = read_running(checked)
    items = [
        *_find_links(checked),
        *_lint(checked, paths),
        *(item for result in results for item in _test(checked, result)),
        *_find_breaking(checked, diffs, {} if isinstance(running, CheckItem) else running, allowed),
        *_find_callers(checked, {diff.slug for diff in diffs}),
        *find_pointer_items(checked, running, allowed),
        *find_policy_items(checked),
    ]
    cases = sum(len(result.cases) for result in results)
    return CheckReport(checked.base, side.label, tuple(items), diffs, cases, len(paths))


def _read_allowed(checked: CheckedChange, message: str | None) -> dict[str, str]:
    """Return the reasons of intended breaking changes, by prompt, from the trailers of the new commits.

    ``message`` is that of the commit about to be made.
    """
    repository, messages = checked.project.repository, [message or ""]
    if checked.head is not None:
        # A merge that is about to be committed brings the commits of the other side.
        merged = list_merge_heads(repository) if checked.side.is_staged else []
        arguments = ("log", "--reverse", "--format=%B%x00", "--end-of-options", checked.head, *merged)
        messages = [*repository.run(*arguments, f"^{checked.base}").split("\0"), *messages]
    return find_allowed(messages)


def _find_links(checked: CheckedChange) -> Iterator[CheckItem]:
    for name in checked.side.links:
        message = f"{name} is a symbolic link: git stores the link, not the files that it leads to"
        yield CheckItem("lint", Level.FAIL, message, path=name, help="Replace the link by the files.")


def _lint(checked: CheckedChange, paths: list[str]) -> Iterator[CheckItem]:
    try:
        choose_rules(checked.wanted.lint)
    except BasaltError as error:
        yield CheckItem("policy", Level.FAIL, error.message, path=CONFIG_NAME, help=error.hint)
        return
    source = Source(
        checked.new.tree, checked.wanted.prompts, checked.policy.environment_names, checked.side.deployments
    )
    for found in lint(source, _choose_rules(checked), paths).findings:
        kind = _SEVERITIES.get(found.severity)
        if kind is not None:
            yield from checked.item(
                kind, found.message, code=found.code, path=found.path, line=found.span.line, column=found.span.column,
                help=found.help,
            )  # fmt: skip


def _choose_rules(checked: CheckedChange) -> Choice:
    """Return the rules of the policy; those of the new side where it corrects a policy with unknown rules."""
    try:
        return choose_rules(checked.policy.lint)
    except BasaltError:
        return choose_rules(checked.wanted.lint)


def _find_tested(checked: CheckedChange) -> Iterator[str]:
    """Yield the prompts whose snapshots, fixtures or tables changed."""
    new, old = checked.new.tree, checked.project.open_commit(checked.base)
    reserved = [path for path in {*new.list_paths(), *old.list_paths()} if is_reserved(path)]
    changed = {path for path in reserved if new.read(path) != old.read(path)}
    for slug in checked.new.slugs if changed else ():
        prompt = checked.new.get_file(slug).prompt
        if prompt is not None and not changed.isdisjoint((snapshot_path(slug), *list_files(prompt))):
            yield slug


def _test(checked: CheckedChange, result: PromptResult) -> Iterator[CheckItem]:
    path = checked.path_of(result.slug)
    if result.error is not None:
        yield from checked.item("tests", f"the cases cannot run: {result.error}", slug=result.slug, path=path)
    for case in result.cases:
        for failure in case.failures:
            what = f"{failure.expectation}: {failure.problem}" if failure.expectation else failure.problem
            message = f"case {case.name!r}: {what}"
            yield from checked.item("tests", message, slug=result.slug, path=path, line=case.line)
    for name in result.obsolete:
        yield from checked.item("snapshots", f"the snapshot {name!r} belongs to no case", slug=result.slug, path=path)


def _find_breaking(
    checked: CheckedChange, diffs: tuple[PromptDiff, ...], pointers: Pointers, allowed: dict[str, str]
) -> Iterator[CheckItem]:
    """Yield the breaking changes against each deployed version; those that the base has already are left out."""
    closures = ClosureReader(checked.project)
    for diff in diffs:
        # A renamed prompt is deployed under its earlier slug.
        for slug in dict.fromkeys([diff.slug, *(str(c.old) for c in diff.changes if c.code == "prompt-moved")]):
            for environment, running in pointers.items():
                places = running[slug].places if slug in running else []
                # A commit that is missing here is reported as a flaw of the pointer.
                for place in (found for found in places if checked.project.objects.has_commit(found.version)):
                    deployed = closures.find(place.version, slug)
                    old, new = checked.old.find_closure(slug), checked.new.find_closure(slug)
                    known = {_name(change) for change in compare_closures(deployed, old)}
                    new_changes = [c for c in compare_closures(deployed, new) if _name(c) not in known]
                    yield from _to_items(checked, slug, environment, new_changes, allowed.get(slug))


# Changes of the output contract matter to programs that parse the answer.
_KINDS = {"output-contract": "contract"}


def _name(change: Change) -> tuple[str, str, str]:
    return change.code, change.path, change.message


def _to_items(
    checked: CheckedChange, slug: str, environment: str, changes: list[Change], reason: str | None
) -> Iterator[CheckItem]:
    help_text = f"If it is intended, add a trailer to a commit: {TRAILER}: {slug} REASON."
    for change in changes:
        kind = "breaking" if change.risk is Risk.BREAKING else _KINDS.get(change.code)
        for item in checked.item(
            kind, f"{change.message}, and {environment} runs {slug}", slug=slug, environment=environment,
            code=change.code, path=checked.path_of(slug), help=help_text,
        ):  # fmt: skip
            yield item if reason is None else item._replace(level=Level.ALLOWED, reason=reason, help=None)


def _find_callers(checked: CheckedChange, changed: set[str]) -> Iterator[CheckItem]:
    project, folders = checked.project, checked.policy.check.callers
    if not folders or checked.level_of("callers") == "off":
        return
    sources = SourceFiles(project, folders, checked.side.tree, is_staged=checked.side.is_staged)
    unread = find_unread(sources)
    if unread is not None:
        message = "calls in JavaScript are not checked: the parser is not installed"
        yield CheckItem("callers", Level.WARN, message, path=unread, help="pip install 'basalt-cli[callers]'")
    for call in find_wrong_calls(sources, checked.old, checked.new):
        for item in checked.item(
            "callers", call.message, slug=call.slug, path=call.path, line=call.line, column=call.column, help=call.help
        ):
            # A call that was wrong before is a warning: it must not stop this change.
            is_edited = project.find_file_at(checked.base, call.path) != sources.find_id(call.path)
            is_ours = call.slug in changed or is_edited
            yield item if is_ours else item._replace(level=Level.WARN)
