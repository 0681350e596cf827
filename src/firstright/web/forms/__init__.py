"""The door of forms: public, write-only, for pages of others. What it is told becomes a lead like any other."""
