"""Who of a pool may take a lead, and whose turn it is. That a pool is asked at all is `tiers`'s to say."""
