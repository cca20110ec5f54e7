"""Rendered prompts as the request bodies and client arguments of model providers. Pure."""
