/** Who a request comes from: the other end of the connection, or what a trusted proxy says (R3). */
import { BlockList, isIP } from "node:net";

export type ClientAddress = (socketAddress: string, forwardedFor: string | undefined) => string;

/**
 * `trusted` are IP addresses and CIDR networks of proxies. X-Forwarded-For is read from its end, where the nearest proxy wrote, up to the
 * first address that is not a trusted proxy's: whatever stands before that, a stranger may have written.
 */
export function clientAddresses(trusted: readonly string[]): ClientAddress {
  const proxies = new BlockList();
  for (const entry of trusted) {
    const [address = "", bits] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(bits), family);
  }
  const isTrusted = (address: string) =>
    isIP(address) !== 0 && proxies.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

  return (socketAddress, forwardedFor) => {
    let client = plain(socketAddress);
    for (const hop of (forwardedFor ?? "").split(",").toReversed()) {
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
