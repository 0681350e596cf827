"""Reps: their hours, absences, calendars and places in pools. Whose leads go elsewhere then is decided by the desk."""
