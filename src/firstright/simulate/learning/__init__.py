"""A model learned from what became of leads: read, judged for leaks, trained, measured. It stores nothing and decides nothing."""
