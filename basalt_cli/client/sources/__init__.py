"""Where prompts come from: repositories, mirrors of remote ones, and bundles."""
