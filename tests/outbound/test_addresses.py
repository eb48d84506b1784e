"""Which addresses are inside the network, as they are written."""

from __future__ import annotations

import pytest

from assistant.outbound.addresses import is_inside

INSIDE = (
    "localhost LOCALHOST localhost. model.localhost mac.local 127.0.0.1 127.8.9.1 0.0.0.0 10.1.2.3 172.16.0.1 "
    "172.31.255.255 192.168.1.5 169.254.1.1 ::1 fe80::1 fe80::1%eth0 fd12:3456::1 ::ffff:192.168.1.5"
).split()
OUTSIDE = (
    "api.openai.com model.district.org localhost.example.com notlocalhost local mylocal 8.8.8.8 172.32.0.1 172.15.0.1 "
    "192.169.1.1 11.0.0.1 126.0.0.1 100.64.0.1 192.0.2.1 2001:db8::1 2606:4700::1111 ::ffff:8.8.8.8 10.1.2.3.nip.io "
    "2130706433 0x7f000001 127.1 10.0.0.256"
).split()


@pytest.mark.parametrize("host", INSIDE)
def test_inside(host: str) -> None:
    assert is_inside(host)


@pytest.mark.parametrize("host", OUTSIDE)
def test_outside(host: str) -> None:
    assert not is_inside(host)
