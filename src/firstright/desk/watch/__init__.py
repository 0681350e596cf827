"""What goes round by itself and looks: sources, hygiene, drift of the score, leads that lie, reviews that are due. It tells; it decides about no lead."""
