"""Create the files of a project or a prompt; an existing file is never overwritten."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from basalt_cli.errors import BasaltError, UsageError
from basalt_cli.files.schema_files import EDITOR_SCHEMAS, read_schema
from basalt_cli.format.config.config_file import parse_config
from basalt_cli.format.yaml.writer import format_scalar
from basalt_cli.git.read import Repository, discover
from basalt_cli.model.config import CONFIG_NAME, DEPLOYMENTS_NAME
from basalt_cli.setup.ci_files import CiHost, ci_path, format_ci
from basalt_cli.text.slug import describe_slug_problem
from basalt_cli.versions.references import strip_path
from basalt_cli.workspace.project import Project

FIRST_SLUG = "greeting"
_PRE_COMMIT_NAME = ".pre-commit-config.yaml"
_SCHEMA_FOLDER = "schemas"
_PROMPTS = "prompts"

# Without basalt on the PATH, git merges the file as text.
MERGE_DRIVER = "if command -v basalt >/dev/null; then basalt merge-driver %O %A %B %P; else git merge-file %A %O %B; fi"
MERGE_ATTRIBUTE = f"{DEPLOYMENTS_NAME} merge=basalt"

_CONFIG = """\
# Policy of this project's prompts. deployments.yaml says which version runs where.
format: 1
prompts: prompts
trunk: {trunk}
deployments: file
environments:            # in promotion order
  staging:
    require: [lint]
  production:
    from: staging        # takes what runs in staging
    require: [lint, merged]
    confirm: true
"""

_DEPLOYMENTS = """\
# Which version of each prompt each environment runs. basalt promote writes this file; comments stay.
format: 1
environments: {}
"""

_MODELINE = "# yaml-language-server: $schema={path}\n"

_FIRST_PROMPT = """\
name: Greeting
description: A first prompt. Change it, or start another with basalt new.
model:
  provider: openai
  name: gpt-4.1-mini
  parameters: {temperature: 0.3, max_tokens: 200}
variables:
  name: {type: string, description: Who is greeted}
  tone: {type: string, enum: [warm, formal], default: warm, description: How it should sound}
system: |
  You greet people in one sentence.
  Keep a {{ tone }} tone.
prompt: |
  Greet {{ name }}.
tests:
  - name: ada
    variables: {name: Ada}
    expect:
      - contains: Ada
      - contains: warm
"""

_NEW_PROMPT = """\
{modeline}name: {quoted}
description: What this prompt is for.
model:
  provider: openai
  name: gpt-4.1-mini
variables:
  input: {{type: string, description: What the model is given}}
system: |
  You are a careful assistant. Your task: {name}.
prompt: |
  {{{{ input }}}}
tests:
  - name: example
    variables: {{input: An example}}
    expect:
      - contains: An example
"""

_PRE_COMMIT = """\
# With this line, pre-commit install sets up both hooks.
default_install_hook_types: [pre-commit, commit-msg]
repos:
  - repo: local
    hooks:
      - id: basalt-lint
        name: basalt lint
        entry: basalt{where} lint
        language: system
        stages: [pre-commit]
        files: ^{files}/
        pass_filenames: false
      - id: basalt-check              # commit-msg: the message can allow a breaking change
        name: basalt check
        entry: basalt{where} check --message
        language: system
        stages: [commit-msg]
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A path from the project's folder, and what happened to it: made, kept, or what was added."""

    path: str
    outcome: str


def find_surrounding(folder: Path) -> Repository | None:
    """Return the repository that contains a folder, which need not exist yet; None if there is none."""
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    return discover(existing)


def init_project(folder: Path, *, with_git: bool, with_pre_commit: bool, ci: CiHost | None = None) -> tuple[Made, ...]:
    """Create the files of a project in a folder, and return what happened to each; existing files are kept."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", hint="Give a folder, new or existing.")
    repository = find_surrounding(folder)
    if repository is not None and repository.work_tree is None:
        hint = f"Clone it first: git clone {shlex.quote(repository.git_dir)}"
        raise BasaltError("this is a bare repository, which has no working tree", hint=hint)
    _require_room(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    if with_git and repository is None:
        from basalt_cli.git.write import init_repository

        init_repository(folder, "main")
        repository = discover(folder)
        made.append(Made(".git/", "made"))
    made.append(_make(folder, CONFIG_NAME, _CONFIG.format(trunk=format_scalar(_guess_trunk(repository)))))
    made.append(_make(folder, DEPLOYMENTS_NAME, _DEPLOYMENTS))
    prompts = parse_config((folder / CONFIG_NAME).read_bytes(), str(folder / CONFIG_NAME)).prompts
    if any((folder / prompts).rglob("*.yaml")):
        made.append(Made(f"{prompts}/", "kept"))
    else:
        first = f"{prompts}/{FIRST_SLUG}.yaml"
        made.append(_make(folder, first, _modeline(first) + _FIRST_PROMPT))
    made.append(_make_schemas(folder))
    made.append(add_attributes(folder, f"{prompts}/** text eol=lf", MERGE_ATTRIBUTE))
    if repository is not None:
        install_merge_driver(repository)
    if with_pre_commit:
        made.append(_make_pre_commit(folder, repository, prompts))
    if ci is not None:
        top, inside = _find_top(folder, repository)
        made.append(_make(top, ci_path(ci), format_ci(ci, inside)))
    return tuple(made)


def _find_top(folder: Path, repository: Repository | None) -> tuple[Path, str]:
    """Return the top of the repository, and the path of the project's folder from there."""
    top = Path(repository.work_tree) if repository is not None and repository.work_tree is not None else folder
    return top, Path(os.path.relpath(folder.resolve(), top.resolve())).as_posix()


def _require_room(folder: Path) -> None:
    """Raise BasaltError if a file has the name of a folder to create; called before anything is written."""
    for name in (_PROMPTS, _SCHEMA_FOLDER):
        path = folder / name
        if os.path.lexists(path) and not path.is_dir():
            raise BasaltError(f"{path} is not a folder; nothing was made", hint="Rename that file.")


def _make_schemas(folder: Path) -> Made:
    """Write the JSON Schemas that editors use to complete and check files."""
    made = [_make(folder, f"{_SCHEMA_FOLDER}/{name}.schema.json", read_schema(name)) for name in EDITOR_SCHEMAS]
    return Made(f"{_SCHEMA_FOLDER}/", "made" if any(item.outcome == "made" for item in made) else "kept")


def _modeline(path: str) -> str:
    """Return the comment that names a prompt's schema to the YAML language server of an editor."""
    return _MODELINE.format(path="../" * path.count("/") + f"{_SCHEMA_FOLDER}/prompt.schema.json")


def _make_pre_commit(folder: Path, repository: Repository | None, prompts: str) -> Made:
    """Write the configuration of pre-commit at the top of the repository, where pre-commit reads it."""
    top, inside = _find_top(folder, repository)
    prefix, where = ("", "") if inside == "." else (f"{inside}/", f" -C {shlex.quote(inside)}")
    return _make(top, _PRE_COMMIT_NAME, _PRE_COMMIT.format(files=re.escape(prefix + prompts), where=where))


def install_merge_driver(repository: Repository) -> None:
    """Configure the merge driver that .gitattributes names, which merges pointers one by one."""
    from basalt_cli.git.command import set_config

    set_config(repository, "merge.basalt.name", "pointers of environments, one by one")
    set_config(repository, "merge.basalt.driver", MERGE_DRIVER)


def _guess_trunk(repository: Repository | None) -> str:
    """Return the main branch of a repository: the remote's HEAD, main, master, or the current branch."""
    if repository is None:
        return "main"
    remote = repository.run("for-each-ref", "--format=%(symref)", "--", "refs/remotes/origin/HEAD").strip()
    if remote:
        return remote.removeprefix("refs/remotes/origin/")
    heads = repository.list_refs("refs/heads/")
    for name in ("main", "master"):
        if f"refs/heads/{name}" in heads:
            return name
    return repository.find_branch() or "main"


def _make(folder: Path, name: str, text: str) -> Made:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return Made(name, "kept")
    return Made(name, "made")


def add_attributes(folder: Path, *lines: str) -> Made:
    """Write lines to .gitattributes; to an existing file those that are missing are appended."""
    path = folder / ".gitattributes"
    if not path.exists():
        return _make(folder, ".gitattributes", "".join(f"{line}\n" for line in lines))
    data = path.read_bytes()
    missing = [line for line in lines if line.encode() not in data.splitlines()]
    if not missing:
        return Made(".gitattributes", "kept")
    with path.open("ab") as file:
        file.write((b"" if data.endswith(b"\n") or not data else b"\n") + "".join(f"{m}\n" for m in missing).encode())
    return Made(".gitattributes", f"added {' and '.join(repr(line) for line in missing)}")


def new_prompt(project: Project, slug: str) -> Path:
    """Create the file of a new prompt, and return its path; raise BasaltError if it exists."""
    slug = strip_path(project, slug)
    problem = describe_slug_problem(slug)
    if problem is not None:
        raise UsageError(f"{slug!r} is not a slug: {problem}", hint="Example: basalt new support/reply")
    if project.root is None:
        hint = f"Clone it first: git clone {shlex.quote(project.repository.git_dir)}"
        raise BasaltError("a bare repository has no working tree", hint=hint)
    name = slug.rpartition("/")[2].replace("-", " ").replace("_", " ").capitalize()
    path = project.path_of_slug(slug)
    parent = os.path.realpath((project.root / path).parent)
    if not f"{parent}/".startswith(f"{os.path.realpath(project.root / project.config.prompts)}/"):
        message = f"{path} is outside the prompts folder, because of a symbolic link"
        raise BasaltError(message, hint="Choose another slug.")
    has_schema = (project.root / _SCHEMA_FOLDER / "prompt.schema.json").is_file()
    modeline = _modeline(path) if has_schema else ""
    text = _NEW_PROMPT.format(modeline=modeline, name=name, quoted=format_scalar(name))
    if _make(project.root, path, text).outcome == "kept":
        raise BasaltError(f"{path} exists already", hint=f"Show it: basalt show {slug}")
    return project.root / path
