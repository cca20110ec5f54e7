"""The result of a lint, and of the fixes of one file."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.model.finding import Finding


class LintReport(NamedTuple):
    """The findings in the order of paths and positions, the number of linted files, and the texts of some.

    ``texts`` are those of the files with findings, by path from the project's folder, with each character of a secret
    replaced by a star.
    """

    findings: tuple[Finding, ...]
    files: int
    texts: dict[str, str]

    @property
    def errors(self) -> int:
        """Return the number of errors."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """Return the number of warnings."""
        return sum(finding.severity == "warning" for finding in self.findings)

    @property
    def infos(self) -> int:
        """Return the number of infos, which do not fail a lint."""
        return len(self.findings) - self.errors - self.warnings

    @property
    def fails(self) -> bool:
        """Return whether there is an error or a warning."""
        return self.infos < len(self.findings)


class FixedFile(NamedTuple):
    """A file before and after its fixes.

    ``path`` is below the prompts folder, ``fixed`` the number of findings that were fixed, ``refused`` are the findings
    whose fix would change the text that is sent to the model.
    """

    path: str
    before: bytes
    after: bytes
    fixed: int
    refused: tuple[Finding, ...]
