"""Explanations of decisions: what was asked and found, as data, then as sentences. It decides nothing again."""
