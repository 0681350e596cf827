"""Learning from outcomes: examples, leaks, bins, training and calibration, on made-up leads and on the bank's."""
