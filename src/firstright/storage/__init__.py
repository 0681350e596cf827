"""The only SQL of the house. Functions take an open transaction and never commit; who calls them owns the turn."""
