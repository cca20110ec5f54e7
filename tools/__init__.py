"""Scripts for work on this repository; no part of the package that users install."""
