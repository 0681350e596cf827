"""How good our matching is on bases whose truth is known, beside two others on the same data. It measures; it tunes nothing."""
