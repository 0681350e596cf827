"""The deciding half of the house: pure functions over values. No I/O, no clock, no randomness, no ids, no sentences."""
