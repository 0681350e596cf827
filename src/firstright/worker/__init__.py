"""What keeps promises about time: rings what is due and sends what was told. What is due and what it means, the desk knows."""
