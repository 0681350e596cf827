"""Raw values become facts rules can use, and problems that name their place. It looks nobody up and decides nothing."""
