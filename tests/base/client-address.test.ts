/** Who a request comes from. */
import { describe, expect, test } from "vitest";
import { clientAddresses, crowdOf, networkOf } from "../../src/base/client-address.ts";

test("without trusted proxies the header is not believed", () => {
  expect(clientAddresses([])("203.0.113.7", "198.51.100.1")).toBe("203.0.113.7");
});

test("a trusted proxy names the client", () => {
  expect(clientAddresses(["10.0.0.0/8"])("10.1.2.3", "198.51.100.1")).toBe("198.51.100.1");
  expect(clientAddresses(["::1"])("::1", "2001:db8::5")).toBe("2001:db8::5");
  expect(clientAddresses(["127.0.0.1"])("::ffff:127.0.0.1", "198.51.100.1")).toBe("198.51.100.1");
});

test("what a stranger wrote before the last untrusted hop is not believed", () => {
  const client = clientAddresses(["10.0.0.0/8"]);
  expect(client("10.0.0.1", "127.0.0.1, 198.51.100.9, 10.0.0.2")).toBe("198.51.100.9");
});

test("nonsense in the header ends the search", () => {
  const client = clientAddresses(["10.0.0.0/8"]);
  expect(client("10.0.0.1", "198.51.100.9, <script>")).toBe("10.0.0.1");
  expect(client("10.0.0.1", "")).toBe("10.0.0.1");
});

describe("a network", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["", ""],
  ])("of %s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe("a limit by address", () => {
  test("counts an IPv4 address, and the network of an IPv6 one", () => {
    expect(crowdOf("203.0.113.7", undefined)).toBe("203.0.113.7");
    expect(crowdOf("2001:db8:1:2::9", "198.51.100.1")).toBe("2001:db8:1:2::/64");
  });

  test("does not count this machine, nor a private address that forwards for others", () => {
    for (const address of ["127.0.0.1", "127.8.8.8", "::1"]) expect(crowdOf(address, undefined)).toBe("");
    for (const address of [
      "10.1.2.3",
      "172.20.0.2",
      "192.168.1.1",
      "169.254.3.4",
      "100.64.0.1",
      "fd00::5",
      "fe80::1",
    ]) {
      expect(crowdOf(address, "203.0.113.7"), address).toBe("");
      expect(crowdOf(address, undefined), address).not.toBe("");
    }
    for (const address of ["100.128.0.1", "172.32.0.1", "11.0.0.1", "192.169.0.1", "2001:db8::1", "fd::1", "ff02::1"])
      expect(crowdOf(address, "203.0.113.7"), address).not.toBe("");
    expect(crowdOf("203.0.113.7", "10.0.0.1"), "a stranger cannot claim to be a proxy").toBe("203.0.113.7");
  });
});
