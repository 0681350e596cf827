"""The same core over history and made-up leads: what would have happened. It commits nothing."""
