"""Addresses of servers: whether text that is sent there stays inside."""

from __future__ import annotations

import ipaddress

PORTS = {"http": 80, "https": 443}
# RFC 1918 and, for IPv6, RFC 4193.
_PRIVATE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


def is_inside(host: str) -> bool:
    """Whether ``host`` is this machine, an address of a private network, or a name of the local network (.local)."""
    host = host.lower().rstrip(".")
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local"))
    address = getattr(address, "ipv4_mapped", None) or address
    # 0.0.0.0 is what servers print as their own address; a client that uses it reaches this machine.
    if address.is_loopback or address.is_link_local or address.is_unspecified:
        return True
    return any(address.version == network.version and address in network for network in _PRIVATE)
