"""The documentation: build the site, check its links and its shown commands, make the picture of the README.

``python -m tools.docs`` runs every check; ``python -m tools.docs commands --update`` rewrites the shown outputs.
"""
