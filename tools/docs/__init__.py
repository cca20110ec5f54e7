"""The documentation: build the site, check its links and its shown commands, make the picture of the README.

``python -m tools.docs`` runs every check; with ``--update`` it first rewrites the shown outputs and the picture.
"""
