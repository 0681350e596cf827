"""Runs the door on a socket until a signal comes: uvicorn with the limits this program promises. It reads no settings."""

import ipaddress
import socket

import uvicorn

from firstright.errors import BadConfiguration
from firstright.web.app import Door
from firstright.web.protocol import GuardedProtocol

BACKLOG = 2_048
DRAIN_SECONDS = 30
IDLE_SECONDS = 65  # longer than load balancers keep a connection: else they send into a closed one


def listening(host: str, port: int) -> socket.socket:
    """A bound socket. Raises BadConfiguration when the address is unknown, not ours or taken."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
            bound.listen(BACKLOG)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        raise BadConfiguration((f"cannot listen on {host}:{port}: {error.strerror or error}",)) from error
    return bound


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`; a name counts only when it is localhost."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def server(door: Door) -> uvicorn.Server:
    config = uvicorn.Config(
        door,
        loop="uvloop",
        http=GuardedProtocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        backlog=BACKLOG,
    )
    return uvicorn.Server(config)
