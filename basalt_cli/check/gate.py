"""The merge gate: all that can be said of a change before it is merged, in one report."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.check.callers.callers import find_unread, find_wrong_calls
from basalt_cli.check.change import CheckRequest, Subject, open_subject
from basalt_cli.check.pointers import find_pointer_items, find_policy_items, read_running
from basalt_cli.check.source_files import SourceFiles
from basalt_cli.diff.closures import compare_closures
from basalt_cli.diff.diffing import compare_sides
from basalt_cli.diff.sides import OneTree, Sides
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
from basalt_cli.model.progress import Progress, tell_nobody
from basalt_cli.pointers.allowed_changes import TRAILER, find_allowed
from basalt_cli.testing.cases import list_files
from basalt_cli.testing.run_many import CaseRequest, run_tests
from basalt_cli.testing.snapshot_file import snapshot_path
from basalt_cli.text.slug import is_prompt_path, is_reserved, slug_of
from basalt_cli.workspace.closures import ClosureReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import require_full_history

_SEVERITIES = {"error": "lint", "warning": "lint-warnings"}


def check(project: Project, request: CheckRequest, progress: Progress = tell_nobody) -> CheckReport:
    """Check a change; whatever is wrong is an item, and only what cannot be looked at at all is raised."""
    require_full_history(project, "a check")
    subject = open_subject(project, request)
    side = subject.side
    if side.conflicts is not None:
        item = CheckItem("merge", Level.FAIL, f"HEAD cannot be merged into {request.merge_into}: {side.conflicts}")
        return CheckReport(subject.base, side.label, (item,), ())
    diffs = compare_sides(project, Sides(OneTree(subject.old, subject.base[:9]), OneTree(subject.new, side.label), ()))
    allowed = _read_allowed(subject, request.message)
    paths = find_changed_between(subject.new.tree, project.open_commit(subject.base))
    slugs = [slug_of(path) for path in paths if is_prompt_path(path)]
    tested = CaseRequest(tuple(dict.fromkeys([*slugs, *_find_tested(subject)])))
    results = run_tests(project, subject.new, tested, progress)
    running = read_running(subject)
    items = [
        *_find_links(subject),
        *_lint(subject, paths),
        *(item for result in results for item in _test(subject, result)),
        *_find_breaking(subject, diffs, {} if isinstance(running, CheckItem) else running, allowed),
        *_find_callers(subject, {diff.slug for diff in diffs}),
        *find_pointer_items(subject, running, allowed),
        *find_policy_items(subject),
    ]
    cases = sum(len(result.cases) for result in results)
    return CheckReport(subject.base, side.label, tuple(items), diffs, cases, len(paths))


def _read_allowed(subject: Subject, message: str | None) -> dict[str, str]:
    """Return why a breaking change is meant, by prompt, from the trailers of the commits that are new.

    ``message`` is that of one that is about to be made.
    """
    repository, messages = subject.project.repository, [message or ""]
    if subject.head is not None:
        # A merge that is about to be committed brings the commits of the other side.
        merged = list_merge_heads(repository) if subject.side.is_staged else []
        arguments = ("log", "--reverse", "--format=%B%x00", "--end-of-options", subject.head, *merged)
        messages = [*repository.run(*arguments, f"^{subject.base}").split("\0"), *messages]
    return find_allowed(messages)


def _find_links(subject: Subject) -> Iterator[CheckItem]:
    for name in subject.side.links:
        message = f"{name} is a link: git would keep the link, and whoever clones has not what it leads to"
        yield CheckItem("lint", Level.FAIL, message, path=name, help="Put what it leads to in its place.")


def _lint(subject: Subject, paths: list[str]) -> Iterator[CheckItem]:
    try:
        choose_rules(subject.wanted.lint)
    except BasaltError as error:
        yield CheckItem("policy", Level.FAIL, error.message, path=CONFIG_NAME, help=error.hint)
        return
    source = Source(
        subject.new.tree, subject.wanted.prompts, subject.policy.environment_names, subject.side.deployments
    )
    for found in lint(source, _choose_rules(subject), paths).findings:
        kind = _SEVERITIES.get(found.severity)
        if kind is not None:
            yield from subject.item(
                kind, found.message, code=found.code, path=found.path, line=found.span.line, column=found.span.column,
                help=found.help,
            )  # fmt: skip


def _choose_rules(subject: Subject) -> Choice:
    """Return the rules of the policy, or those of the change where it mends a policy that names none."""
    try:
        return choose_rules(subject.policy.lint)
    except BasaltError:
        return choose_rules(subject.wanted.lint)


def _find_tested(subject: Subject) -> Iterator[str]:
    """Yield the prompts whose snapshots, fixtures or tables changed: their cases say something else now."""
    new, old = subject.new.tree, subject.project.open_commit(subject.base)
    reserved = [path for path in {*new.list_paths(), *old.list_paths()} if is_reserved(path)]
    changed = {path for path in reserved if new.read(path) != old.read(path)}
    for slug in subject.new.slugs if changed else ():
        prompt = subject.new.get_file(slug).prompt
        if prompt is not None and not changed.isdisjoint((snapshot_path(slug), *list_files(prompt))):
            yield slug


def _test(subject: Subject, result: PromptResult) -> Iterator[CheckItem]:
    path = subject.path_of(result.slug)
    if result.error is not None:
        yield from subject.item("tests", f"the cases cannot run: {result.error}", slug=result.slug, path=path)
    for case in result.cases:
        for failure in case.failures:
            what = f"{failure.expectation}: {failure.problem}" if failure.expectation else failure.problem
            message = f"case {case.name!r}: {what}"
            yield from subject.item("tests", message, slug=result.slug, path=path, line=case.line)
    for name in result.obsolete:
        yield from subject.item("snapshots", f"the snapshot {name!r} is of no case", slug=result.slug, path=path)


def _find_breaking(
    subject: Subject, diffs: tuple[PromptDiff, ...], pointers: Pointers, allowed: dict[str, str]
) -> Iterator[CheckItem]:
    """Yield what breaks for whoever an environment serves now; what broke before this change is not its fault."""
    closures = ClosureReader(subject.project)
    for diff in diffs:
        # A prompt that has moved runs under the slug that it had.
        for slug in dict.fromkeys([diff.slug, *(str(c.old) for c in diff.changes if c.code == "prompt-moved")]):
            for environment, running in pointers.items():
                places = running[slug].places if slug in running else []
                # What is not in this clone is said of the pointer itself.
                for place in (found for found in places if subject.project.objects.has_commit(found.version)):
                    deployed = closures.find(place.version, slug)
                    old, new = subject.old.find_closure(slug), subject.new.find_closure(slug)
                    known = {_name(change) for change in compare_closures(deployed, old)}
                    new_changes = [c for c in compare_closures(deployed, new) if _name(c) not in known]
                    yield from _to_items(subject, slug, environment, new_changes, allowed.get(slug))


# What a program may look for in an answer: whoever parses it should know.
_KINDS = {"output-contract": "contract"}


def _name(change: Change) -> tuple[str, str, str]:
    return change.code, change.path, change.message


def _to_items(
    subject: Subject, slug: str, environment: str, changes: list[Change], reason: str | None
) -> Iterator[CheckItem]:
    help_text = f"Where it is meant, say so in a commit: {TRAILER}: {slug} REASON."
    for change in changes:
        kind = "breaking" if change.risk is Risk.BREAKING else _KINDS.get(change.code)
        for item in subject.item(
            kind, f"{change.message}, and {environment} runs {slug}", slug=slug, environment=environment,
            code=change.code, path=subject.path_of(slug), help=help_text,
        ):  # fmt: skip
            yield item if reason is None else item._replace(level=Level.ALLOWED, reason=reason, help=None)


def _find_callers(subject: Subject, changed: set[str]) -> Iterator[CheckItem]:
    project, folders = subject.project, subject.policy.check.callers
    if not folders or subject.level_of("callers") == "off":
        return
    sources = SourceFiles(project, folders, subject.side.tree, is_staged=subject.side.is_staged)
    unread = find_unread(sources)
    if unread is not None:
        message = "calls in JavaScript are not looked at: what reads it is not installed"
        yield CheckItem("callers", Level.WARN, message, path=unread, help="pip install 'basalt-cli[callers]'")
    for call in find_wrong_calls(sources, subject.old, subject.new):
        for item in subject.item(
            "callers", call.message, slug=call.slug, path=call.path, line=call.line, column=call.column, help=call.help
        ):
            # What did not fit before is worth a word, and no reason to stop this change.
            is_edited = project.find_file_at(subject.base, call.path) != sources.find_id(call.path)
            is_ours = call.slug in changed or is_edited
            yield item if is_ours else item._replace(level=Level.WARN)
