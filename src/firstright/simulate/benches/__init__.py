"""Benches: figures as ratios of two sides measured in one run, because machines are shared and noisy. None asserts a time."""
