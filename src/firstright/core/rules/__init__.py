"""Conditions: typed fields, three-valued tests, and one index over all rules. It knows no lead's way through them."""
