"""Test cases of prompts.

``cases`` lists them, with values from the files that ``case_tables`` reads; ``case_choice`` selects them by name;
``rendering`` renders them; ``expectations`` and ``snapshot_file`` define what the messages must be. ``run_one`` runs
the cases of one prompt, ``run_many`` those of many, and ``snapshot_writing`` does what ``--update`` adds.
"""
