"""The report of a lint run, and the result of fixing a file."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.model.finding import Finding


class LintReport(NamedTuple):
    """The findings by file and place, the number of files, and the texts of the files with findings.

    ``texts`` are by path relative to the project, with secrets masked; empty for a file that is not text.
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
        """Return the number of infos, which do not fail a run."""
        return len(self.findings) - self.errors - self.warnings

    @property
    def fails(self) -> bool:
        """Return whether there is an error or a warning."""
        return self.infos < len(self.findings)


class FixedFile(NamedTuple):
    """A file before and after its fixes, the number of fixed findings, and those whose fix changes what is sent."""

    path: str
    before: bytes
    after: bytes
    fixed: int
    refused: tuple[Finding, ...]
