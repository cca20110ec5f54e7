"""The SDK: fetch prompts by slug and tag or version, with a cache and a fallback that is reported."""
