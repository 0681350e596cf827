"""The HTTP door: requests in, answers out. It decides nothing and runs no SQL of its own."""
