"""The played year: its team, its leads, peers' rules, and what is measured."""
