"""The public pages on which a lead, or somebody new, books a meeting. They need no account and no script."""
