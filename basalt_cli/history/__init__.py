"""One prompt over time: log, blame, releases."""
