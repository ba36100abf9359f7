/** Who a request comes from. */
import { expect, test } from "vitest";
import { clientAddresses } from "../../src/base/client-address.ts";

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
