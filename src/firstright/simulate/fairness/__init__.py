"""A year of a team, played with every method of ours and the rules of peers: how far each leaves people from their share."""
