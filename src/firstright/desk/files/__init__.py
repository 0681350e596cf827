"""Whole files of leads: uploaded, imported with their history, resumed. What becomes of a row is `receive`."""
