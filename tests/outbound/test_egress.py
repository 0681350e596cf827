"""Where this program may connect to: every network of the list from inside and from just outside."""

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest

from firstright.errors import BadConfiguration
from firstright.outbound.dialling import check_peer
from firstright.outbound.egress import DENIED, PUBLIC_V6, Denied, Egress, Unresolved, egress

LISTED = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]


def answering(*answers: str) -> Egress:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return answers

    return Egress(resolve=resolve)


def permitted(policy: Egress, scheme: str = "https", host: str = "crm.example", port: int = 443) -> list[str]:
    return [str(address) for address in asyncio.run(policy.permit(scheme, host, port))]


def why_not(
    policy: Egress, scheme: str = "https", host: str = "crm.example", port: int = 443
) -> tuple[str, str]:
    with pytest.raises(Denied) as refusal:
        asyncio.run(policy.permit(scheme, host, port))
    return refusal.value.reason, refusal.value.rule


def edges() -> list[str]:
    """The neighbours of each network that are in no other one of the list, and public."""
    found = []
    for network in DENIED:
        for number in (int(network.network_address) - 1, int(network.broadcast_address) + 1):
            if 0 <= number < 2**network.max_prefixlen:
                address = ip_address(number.to_bytes(network.max_prefixlen // 8, "big"))
                mapped = getattr(address, "ipv4_mapped", None)
                if address.version == 6 and address not in PUBLIC_V6:
                    continue
                if mapped is None and not any(address in other for other in DENIED):
                    found.append(str(address))
    return found


def test_the_list_is_the_published_one() -> None:
    assert [str(network) for network in DENIED] == LISTED


@pytest.mark.parametrize("cidr", LISTED)
def test_no_address_inside_a_listed_network_is_permitted(cidr: str) -> None:
    network = ip_network(cidr)
    for address in (network.network_address, network[network.num_addresses // 2], network.broadcast_address):
        reason, rule = why_not(answering(str(address)))
        assert reason == "address"
        assert address in ip_network(rule.removeprefix("in "))


@pytest.mark.parametrize("address", edges())
def test_an_address_just_outside_is_permitted(address: str) -> None:
    assert permitted(answering(address)) == [address]


def test_most_listed_networks_have_a_neighbour_that_was_tried() -> None:
    assert len(edges()) >= 32


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("::ffff:127.0.0.1", "in 127.0.0.0/8"),
        ("::ffff:a9fe:a9fe", "in 169.254.0.0/16"),
        ("::ffff:10.1.2.3", "in 10.0.0.0/8"),
        ("64:ff9b::7f00:1", "in 64:ff9b::/96"),
        ("2002:7f00:1::", "in 2002::/16"),
        ("::127.0.0.1", "in ::/96"),
        ("fe80::1%lo", "in fe80::/10"),
        ("::ffff:0:127.0.0.1", "not in 2000::/3"),
        ("::5efe:7f00:1", "not in 2000::/3"),
        ("0:0:0:1::7f00:1", "not in 2000::/3"),
        ("1fff:ffff::1", "not in 2000::/3"),
        ("4000::1", "not in 2000::/3"),
        ("8000::7f00:1", "not in 2000::/3"),
    ],
)
def test_a_denied_address_in_the_clothes_of_ipv6_is_denied(written: str, rule: str) -> None:
    assert why_not(answering(written)) == ("address", rule)


def test_a_mapped_public_address_is_connected_to_as_what_it_is() -> None:
    assert permitted(answering("::ffff:93.184.216.34", "93.184.216.34")) == ["93.184.216.34"]


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "[::1]", "localhost", "0"])
def test_loopback_by_any_spelling_is_denied(host: str) -> None:
    assert why_not(Egress(), host=host)[0] == "address"


@pytest.mark.parametrize("answers", [("93.184.216.34", "10.0.0.7"), ("10.0.0.7", "93.184.216.34")])
def test_one_denied_address_among_good_ones_denies_the_name(answers: tuple[str, ...]) -> None:
    assert why_not(answering(*answers)) == ("address", "in 10.0.0.0/8")


def test_only_https_on_its_two_ports_leaves() -> None:
    public = answering("93.184.216.34")
    assert permitted(public, port=8443) == ["93.184.216.34"]
    assert why_not(public, port=80) == ("port", "https is permitted on 443, 8443")
    assert why_not(public, "http", port=80) == ("scheme", "only https is permitted")
    assert why_not(public, "smtp", port=443) == ("port", "smtp is permitted on 25, 587, 2525")
    assert permitted(public, "smtps", port=465) == ["93.184.216.34"]


def test_an_allowed_network_may_be_reached_without_tls_and_on_any_port() -> None:
    policy = egress(["10.20.0.0/16", "fd00:1::/32"])
    assert permitted(policy, "http", "10.20.3.4", 8080) == ["10.20.3.4"]
    assert permitted(policy, "http", "[fd00:1::5]", 8080) == ["fd00:1::5"]
    assert why_not(policy, "http", "10.21.3.4", 8080) == ("scheme", "only https is permitted")
    assert why_not(policy, "https", "10.21.3.4", 443) == ("address", "in 10.0.0.0/8")


def test_outside_of_the_public_part_of_ipv6_only_the_operators_networks_are_reached() -> None:
    assert permitted(answering("2000::1")) == ["2000::1"]
    assert permitted(answering("3ffe:ffff::1")) == ["3ffe:ffff::1"]
    policy = egress(["4000::/16"])
    assert permitted(policy, host="[4000::1]") == ["4000::1"]
    assert why_not(policy, host="[4001::1]") == ("address", "not in 2000::/3")


def test_the_own_public_addresses_are_denied_unless_allowed() -> None:
    assert why_not(egress(own=["93.184.216.34"]), host="93.184.216.34") == (
        "own",
        "an address of this service",
    )
    assert permitted(egress(["93.184.216.0/24"], ["93.184.216.34"]), host="93.184.216.34") == [
        "93.184.216.34"
    ]


def test_a_name_without_an_address_is_no_refusal() -> None:
    with pytest.raises(Unresolved, match="no address"):
        asyncio.run(answering().permit("https", "crm.example", 443))
    with pytest.raises(Unresolved, match="does not resolve"):
        asyncio.run(Egress().permit("https", "a" * 300, 443))


def test_everything_wrong_with_a_configuration_is_told_at_once() -> None:
    with pytest.raises(BadConfiguration) as refusal:
        egress(["10.0.0.1/8", "0.0.0.0/0", "::/0", "intranet", "10.0.0.0/8"], ["here"])
    told = refusal.value.problems
    assert [problem.split("'")[1] for problem in told] == [
        "10.0.0.1/8",
        "0.0.0.0/0",
        "::/0",
        "intranet",
        "here",
    ]
    assert "wider than /8" in told[1]


def test_a_socket_whose_other_end_is_somebody_else_is_given_up() -> None:
    check_peer(("93.184.216.34", 443), ip_address("93.184.216.34"))
    with pytest.raises(Denied) as refusal:
        check_peer(("127.0.0.1", 443), ip_address("93.184.216.34"))
    assert refusal.value.reason == "peer"
