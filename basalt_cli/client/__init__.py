"""The SDK: fetch prompts by slug, tag or version, cached, and honest when it falls back."""
