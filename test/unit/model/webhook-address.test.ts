import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refuseAddress } from "#model/webhook/address.ts";

describe("An address of a webhook", () => {
  it.each([
    "https://example.com/hook",
    "https://example.com:8443/hook?channel=1",
    "https://EXAMPLE.com./hook",
    "https://hooks.slack.com/services/T0/B0/secret",
    "https://bücher.example/hook",
    "https://10.example.com/hook",
  ])("is taken: %s", (address) => {
    expect(refuseAddress(address, false)).toBeUndefined();
  });

  it.each([
    ["another scheme", "http://example.com/hook"],
    ["another scheme", "ftp://example.com/hook"],
    ["another scheme", "file:///etc/passwd"],
    ["another scheme", "javascript:alert(1)"],
    ["no address", "example.com/hook"],
    ["no address", "https://"],
    ["a user", "https://ann@example.com/hook"],
    ["a password", "https://:secret@example.com/hook"],
    ["a fragment", "https://example.com/hook#part"],
    ["another port", "https://example.com:80/hook"],
    ["another port", "https://example.com:22/hook"],
    ["another port", "https://example.com:6379/hook"],
    ["loopback", "https://127.0.0.1/"],
    ["loopback in decimal", "https://2130706433/"],
    ["loopback in octal", "https://0177.0.0.1/"],
    ["loopback in hexadecimal", "https://0x7f.0x0.0x0.0x1/"],
    ["loopback in one hexadecimal number", "https://0x7f000001/"],
    ["loopback with parts left out", "https://127.1/"],
    ["loopback in full-width digits", "https://１２７.０.０.１/"],
    ["loopback in circled digits", "https://①②⑦.⓪.⓪.①/"],
    ["loopback with a dot at the end", "https://127.0.0.1./"],
    ["loopback with encoded dots", "https://127%2e0%2e0%2e1/"],
    ["this host", "https://0.0.0.0/"],
    ["this host", "https://0/"],
    ["a private network", "https://10.0.0.1/"],
    ["a private network", "https://172.16.0.1/"],
    ["a private network", "https://192.168.1.1/"],
    ["shared address space", "https://100.64.0.1/"],
    ["link-local metadata", "https://169.254.169.254/latest/meta-data/"],
    ["IPv6 loopback", "https://[::1]/"],
    ["IPv6 without an address", "https://[::]/"],
    ["IPv6 link-local", "https://[fe80::1]/"],
    ["IPv6 unique local", "https://[fd00::1]/"],
    ["IPv6 with an IPv4 address", "https://[::ffff:127.0.0.1]/"],
    ["IPv6 with an IPv4 address in hexadecimal", "https://[::ffff:7f00:1]/"],
    ["IPv6 translated from IPv4", "https://[64:ff9b::7f00:1]/"],
    ["a name of one part", "https://intranet/"],
    ["a name of this machine", "https://localhost/"],
    ["a name of this machine", "https://localhost./"],
    ["a name of this machine", "https://LOCALHOST/"],
    ["a name of this machine", "https://api.localhost/"],
    ["a name of a local network", "https://printer.local/"],
    ["a name of a local network", "https://router.lan/"],
    ["a name of a local network", "https://metadata.google.internal/"],
    ["a name of a local network", "https://metadata.google.internal./"],
    ["a name of a local network", "https://nas.home.arpa/"],
  ])("is refused with %s: %s", (_, address) => {
    expect(refuseAddress(address, false)).toEqual(expect.any(String));
  });

  it("is refused whatever the spelling of an IPv4 address", () => {
    const base = fc.constantFrom(
      (part: number) => String(part),
      (part: number) => `0${part.toString(8)}`,
      (part: number) => `0x${part.toString(16)}`,
    );
    const dotted = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 255 }), base), { minLength: 4, maxLength: 4 })
      .map((parts) => parts.map(([part, spell]) => spell(part)).join("."));
    const whole = fc
      .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), base)
      .map(([number, spell]) => spell(number));
    fc.assert(
      fc.property(fc.oneof(dotted, whole), (host) => {
        expect(refuseAddress(`https://${host}/hook`, false)).toEqual(expect.any(String));
      }),
    );
  });

  it("may be this machine by http where the installation allows it, and nothing else", () => {
    expect(refuseAddress("http://localhost:4000/hook", true)).toBeUndefined();
    expect(refuseAddress("http://127.0.0.1:4000/hook", true)).toBeUndefined();
    expect(refuseAddress("http://[::1]:4000/hook", true)).toBeUndefined();
    expect(refuseAddress("http://example.com/hook", true)).toEqual(expect.any(String));
    expect(refuseAddress("http://192.168.1.1/hook", true)).toEqual(expect.any(String));
    expect(refuseAddress("http://localhost.example.com/hook", true)).toEqual(expect.any(String));
    expect(refuseAddress("http://ann@localhost/hook", true)).toEqual(expect.any(String));
  });
});
