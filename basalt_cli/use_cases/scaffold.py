"""Make a project, or a prompt, without ever overwriting what is there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from basalt_cli.adapters.git_read import Repository, discover
from basalt_cli.errors import BasaltError, UsageError
from basalt_cli.pure.config_file import CONFIG_NAME
from basalt_cli.pure.deployments_file import DEPLOYMENTS_NAME
from basalt_cli.pure.slug import describe_slug_problem
from basalt_cli.pure.yaml_writer import format_scalar
from basalt_cli.use_cases.project import Project

_ATTRIBUTES_LINE = "prompts/** text eol=lf"

_CONFIG = """\
# Policy of this project's prompts. Which version runs where stands in deployments.yaml.
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
name: {name}
description: What this prompt is for.
model:
  provider: openai
  name: gpt-4.1-mini
variables:
  input: {{type: string, description: What the model is given}}
system: |
  You are a careful assistant.
prompt: |
  {{{{ input }}}}
tests:
  - name: example
    variables: {{input: An example}}
    expect:
      - contains: An example
"""

_PRE_COMMIT = """\
repos:
  - repo: local
    hooks:
      - id: basalt-lint
        name: basalt lint
        entry: basalt lint
        language: system
        files: ^{prefix}prompts/
        pass_filenames: false
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A path from the project's folder, and what became of it: made, kept, or changed."""

    path: str
    outcome: str


def init_project(folder: Path, *, with_git: bool, with_pre_commit: bool) -> tuple[Made, ...]:
    """Make the files of a project in a folder; what exists is kept as it is."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", hint="Name a folder, new or existing.")
    repository = discover(folder) if folder.exists() else None
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    if with_git and repository is None:
        from basalt_cli.adapters.git_write import init_repository

        init_repository(folder, "main")
        repository = discover(folder)
        made.append(Made(".git/", "made"))
    trunk = _guess_trunk(repository)
    made.append(_make(folder, CONFIG_NAME, _CONFIG.format(trunk=trunk)))
    made.append(_make(folder, DEPLOYMENTS_NAME, _DEPLOYMENTS))
    if any((folder / "prompts").rglob("*.yaml")):
        made.append(Made("prompts/", "kept"))
    else:
        made.append(_make(folder, "prompts/greeting.yaml", _FIRST_PROMPT))
    made.append(_add_attributes(folder))
    if with_pre_commit:
        prefix = _prefix(folder, repository)
        made.append(_make(folder, ".pre-commit-config.yaml", _PRE_COMMIT.format(prefix=prefix)))
    return tuple(made)


def _prefix(folder: Path, repository: Repository | None) -> str:
    if repository is None or repository.work_tree is None:
        return ""
    relative = folder.resolve().relative_to(Path(repository.work_tree).resolve()).as_posix()
    return "" if relative == "." else f"{relative}/"


def _guess_trunk(repository: Repository | None) -> str:
    """Return what the repository treats as its main branch: the remote's head, main, master, or where it stands."""
    if repository is None:
        return "main"
    remote = repository.run("for-each-ref", "--format=%(symref)", "--", "refs/remotes/origin/HEAD").strip()
    if remote:
        return remote.removeprefix("refs/remotes/origin/")
    heads = repository.list_refs("refs/heads/")
    for name in ("main", "master"):
        if f"refs/heads/{name}" in heads:
            return name
    head = (Path(repository.git_dir) / "HEAD").read_text(encoding="utf-8").strip()
    return head.removeprefix("ref: refs/heads/") if head.startswith("ref: refs/heads/") else "main"


def _make(folder: Path, name: str, text: str) -> Made:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return Made(name, "kept")
    return Made(name, "made")


def _add_attributes(folder: Path) -> Made:
    """Keep line ends of prompts the same on every system; a line is added to a file that exists."""
    path = folder / ".gitattributes"
    if not path.exists():
        return _make(folder, ".gitattributes", _ATTRIBUTES_LINE + "\n")
    text = path.read_text(encoding="utf-8")
    if _ATTRIBUTES_LINE in text.splitlines():
        return Made(".gitattributes", "kept")
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(("" if text.endswith("\n") or not text else "\n") + _ATTRIBUTES_LINE + "\n")
    return Made(".gitattributes", f"added the line {_ATTRIBUTES_LINE!r}")


def new_prompt(project: Project, slug: str) -> Path:
    """Write the file of a new prompt and return its path."""
    problem = describe_slug_problem(slug)
    if problem is not None:
        raise UsageError(f"{slug!r} is not a slug: {problem}", hint="As in basalt new support/reply.")
    if project.root is None:
        raise BasaltError("a bare repository has no working tree", hint="Work in a clone.")
    name = slug.rpartition("/")[2].replace("-", " ").replace("_", " ").capitalize()
    path = project.path_of_slug(slug)
    if _make(project.root, path, _NEW_PROMPT.format(name=format_scalar(name))).outcome == "kept":
        raise BasaltError(f"{path} exists already", hint=f"Look at it with basalt show {slug}.")
    return project.root / path
