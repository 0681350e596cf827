"""The benches of `firstright bench`, each a file. What they measure with is `simulate.benches`."""
