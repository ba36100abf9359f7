/** Who a request comes from: the other end of the connection, or what a trusted proxy says (R3). */
import { BlockList, isIP, isIPv6 } from "node:net";

export type ClientAddress = (socketAddress: string, forwardedFor: string | undefined) => string;

/**
 * `trusted` are IP addresses and CIDR networks of proxies. X-Forwarded-For is read from its end, where the nearest proxy wrote, up to the
 * first address that is not a trusted proxy's: whatever stands before that, a stranger may have written.
 */
export function clientAddresses(trusted: readonly string[]): ClientAddress {
  const isTrusted = networks(trusted);

  return (socketAddress, forwardedFor) => {
    let client = plain(socketAddress);
    if (forwardedFor === undefined) return client;
    for (const hop of forwardedFor.split(",").toReversed()) {
      const next = plain(hop.trim());
      if (!isTrusted(client) || isIP(next) === 0) break;
      client = next;
    }
    return client;
  };
}

/** An IPv4 address that came mapped into IPv6 is an IPv4 address. */
function plain(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/** What counts as one place: an IPv4 address, or the /64 of an IPv6 address, which one household has whole. */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = (URL.parse(`http://[${plain}]`)?.hostname.slice(1, -1) ?? plain).split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const all = [...groups, ...Array<string>(Math.max(0, 8 - groups.length - after.length)).fill("0"), ...after];
  return `${all.slice(0, 4).join(":")}::/64`;
}

// Asked of every request: a list of networks takes a microsecond or two each time.
const HERE = /^127\.|^::1$/;
const NEAR =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i;

/** Whether many people may be behind this address: it is this machine's or a private one's. */
export function isNear(address: string): boolean {
  return HERE.test(address) || NEAR.test(address);
}

/**
 * What a limit by address counts: the network of `address`; "" where it must not count at all. This machine is the operator's, or a proxy's that nobody
 * told us of; so is a private address that forwards for others. To limit those would be to limit everybody at once.
 */
export function crowdOf(address: string, forwardedFor: string | undefined): string {
  return HERE.test(address) || (forwardedFor !== undefined && NEAR.test(address)) ? "" : networkOf(address);
}

function networks(list: readonly string[]): (address: string) => boolean {
  const blocks = new BlockList();
  for (const entry of list) {
    const [address = "", bits] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) blocks.addAddress(address, family);
    else blocks.addSubnet(address, Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && blocks.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
