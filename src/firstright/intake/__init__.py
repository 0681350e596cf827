"""Foreign shapes to arrivals: JSON bodies, CSV files, mapped columns. Values are cleaned by the core, stored by the desk."""
