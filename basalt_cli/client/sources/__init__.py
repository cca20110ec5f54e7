"""The sources of prompts: repositories, mirrors of remote repositories, and bundles."""
