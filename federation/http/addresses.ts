/** Which IP addresses this server may talk to: the IANA special-purpose registries (RFC 6890 and successors), as data. */
import { BlockList, isIP } from "node:net";

interface Range {
  /** Completes the sentence "192.168.0.1 is …". */
  readonly name: string;
  readonly list: BlockList;
  /** The operator's own machine or network, which `allowPrivateAddresses` opens. */
  readonly own: boolean;
}

function range(name: string, networks: readonly string[], own = false): Range {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    list.addSubnet(address, Number(prefix), address.includes(":") ? "ipv6" : "ipv4");
  }
  return { name, list, own };
}

const special4: readonly Range[] = [
  range("a loopback address", ["127.0.0.0/8"], true),
  range("a private address", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], true),
  range("a link-local address", ["169.254.0.0/16"]),
  range("an address of this network only", ["0.0.0.0/8"]),
  range("a shared address behind a carrier", ["100.64.0.0/10"]),
  range("a multicast address", ["224.0.0.0/4"]),
  range("a documentation address", ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"]),
  range("a benchmarking address", ["198.18.0.0/15"]),
  range("a reserved address", [
    "192.0.0.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.175.48.0/24",
    "240.0.0.0/4",
  ]),
];

const special6: readonly Range[] = [
  range("a loopback address", ["::1/128"], true),
  range("a private address", ["fc00::/7"], true),
  range("a link-local address", ["fe80::/10"]),
  range("a multicast address", ["ff00::/8"]),
  range("an IPv4 address written as IPv6", ["::ffff:0:0/96"]),
  range("an IPv4 address behind a translator (NAT64)", ["64:ff9b::/96", "64:ff9b:1::/48"]),
  range("an IPv4 address in a tunnel (6to4)", ["2002::/16"]),
  range("a documentation address", ["2001:db8::/32", "3fff::/20"]),
  // 2001::/23 holds Teredo and other protocols' own blocks; ordinary allocations begin at 2001:200::.
  range("a reserved address", ["2001::/23", "2620:4f:8000::/48"]),
];

const global6 = range("a global unicast address", ["2000::/3"]).list;

/**
 * Says why an address is out of bounds, as the end of the sentence "ADDRESS is …", or `undefined` when we may connect to it.
 * Text that is no plain IP address is out of bounds too. `allowPrivate` opens loopback (127/8, ::1) and private networks
 * (10/8, 172.16/12, 192.168/16, fc00::/7), and nothing else.
 */
export function refusedAddress(address: string, allowPrivate: boolean): string | undefined {
  const version = isIP(address);
  // A zone ("fe80::1%eth0") names one of our own interfaces.
  if (version === 0 || address.includes("%")) return "not a plain IP address";
  const family = version === 4 ? "ipv4" : "ipv6";
  const hit = (version === 4 ? special4 : special6).find((special) => special.list.check(address, family));
  if (hit) return hit.own && allowPrivate ? undefined : hit.name;
  return version === 4 || global6.check(address, family) ? undefined : "outside the public address space";
}
