from tests.diff.git_watch import git_watch

__all__ = ["git_watch"]
