"""The CI configurations that run the merge gate, for GitHub and GitLab."""

from __future__ import annotations

import shlex
from typing import Literal, TypeAlias

CiHost: TypeAlias = Literal["github", "gitlab"]

# The job that reads the files of a pull request has no secret and cannot write; the job that comments does not read
# them.
_GITHUB = """\
name: Prompts

on:
  pull_request:
  merge_group:

permissions: {{}}

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0              # versions are commits: the whole history is needed
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - run: pip install "basalt-cli[tests,callers]"
      - env:
          TARGET: ${{{{ github.base_ref || github.event.merge_group.base_ref }}}}
        # The target branch of the pull request decides, not the trunk that its basalt.yaml names.
        run: basalt{where} check --merge-into "origin/${{TARGET#refs/heads/}}" --format github --output markdown="$RUNNER_TEMP/comment.md"
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: basalt-comment
          path: ${{{{ runner.temp }}}}/comment.md
          if-no-files-found: ignore

  comment:
    # Not for forks: their pull requests cannot write comments.
    if: always() && github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository
    needs: check
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      pull-requests: write
    steps:
      - uses: actions/download-artifact@v4
        with:
          name: basalt-comment
      - env:
          GH_TOKEN: ${{{{ github.token }}}}
          COMMENTS: repos/${{{{ github.repository }}}}/issues/${{{{ github.event.pull_request.number }}}}/comments
          ONE: repos/${{{{ github.repository }}}}/issues/comments
        run: |
          mine='.[] | select(.user.login == "github-actions[bot]") | select(.body | startswith("<!-- basalt check -->")) | .id'
          found=$(gh api --paginate "$COMMENTS" --jq "$mine" | head -n 1)
          if [ -n "$found" ]; then
            gh api --method PATCH "$ONE/$found" --field body=@comment.md
          else
            gh api --method POST "$COMMENTS" --field body=@comment.md
          fi
"""
_GITLAB = """\
# Use this as .gitlab-ci.yml, or include it there.
prompts:
  image: python:3.13
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: "0"                    # versions are commits: the whole history is needed
  script:
    - pip install "basalt-cli[tests,callers]"
    - git fetch origin "+refs/heads/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME:refs/remotes/origin/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
    - basalt{where} check --merge-into "origin/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME" --output junit=basalt.xml --output markdown=basalt.md
  artifacts:
    when: always
    paths: [basalt.md]
    reports:
      junit: basalt.xml
"""
_PATHS: dict[CiHost, str] = {"github": ".github/workflows/prompts.yml", "gitlab": ".gitlab-ci.yml"}
_TEXTS: dict[CiHost, str] = {"github": _GITHUB, "gitlab": _GITLAB}


def ci_path(host: CiHost) -> str:
    """Return the path of a host's configuration from the top of the repository."""
    return _PATHS[host]


def format_ci(host: CiHost, project: str) -> str:
    """Return the text of a host's configuration; ``project`` is the path of the project from the top."""
    return _TEXTS[host].format(where="" if project in ("", ".") else f" -C {shlex.quote(project)}")
