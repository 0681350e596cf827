"""firstright: each new sales lead to the right owner the first time, and why."""

__version__ = "0.1.0"
