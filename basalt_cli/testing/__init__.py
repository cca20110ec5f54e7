"""Test cases of prompts: where they come from, expectations, snapshots, running one prompt or many."""
