"""Why, why not, what if, and is it still so: read only."""
