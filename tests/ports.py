"""Ports for servers that are other processes, and cannot be given a socket that listens already."""

import socket
from contextlib import suppress
from random import SystemRandom

LOWEST, ABOVE = (
    10_000,
    32_000,
)  # below those that the kernel gives to clients, who would take one while its server is away
_chance = SystemRandom()


def free_port() -> int:
    """One that nobody has at the moment."""
    while True:
        port = _chance.randrange(LOWEST, ABOVE)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
