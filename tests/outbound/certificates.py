"""Certificates of an authority that only these tests trust."""

import ssl

import trustme

AUTHORITY = trustme.CA()


def server(*names: str) -> ssl.SSLContext:
    """A server's context with a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert(*names).configure_cert(context)
    return context


def trusting() -> ssl.SSLContext:
    """A client's context that trusts this authority alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    AUTHORITY.configure_trust(context)
    return context
