/** Names that lead into somebody's own network, or nowhere. */
const INTERNAL_DOMAINS = [
  "localhost",
  "local",
  "localdomain",
  "internal",
  "intranet",
  "lan",
  "home",
  "corp",
  "private",
  "arpa",
];

const PORTS = ["", "443", "8443"];

/** What the WHATWG parser makes of an IPv4 address in any spelling: decimal, octal, hexadecimal, with parts left out. */
const IPV4 = /^[\d.]+$/;

/** The installation's own machine, for those who develop a receiver. */
const OWN_MACHINE = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Why nothing may be sent to an address: a webhook must not reach what only the installation can reach. Addresses of numbers
 * are refused as a whole, so that no spelling of a private one passes; names are not looked up.
 * @param allowsOwnMachine whether http to the installation's own machine is allowed, for development
 * @returns undefined where it is an address that may be sent to
 */
export function refuseAddress(text: string, allowsOwnMachine: boolean): string | undefined {
  const url = URL.parse(text);
  if (!url) return "this is no address: https://example.com/hook";
  const { protocol, username, password, port, hash } = url;
  if (username !== "" || password !== "") return "an address with a user or password is not taken";
  if (hash !== "") return "an address with a fragment is not taken";
  if (allowsOwnMachine && protocol === "http:" && OWN_MACHINE.includes(url.hostname)) return undefined;
  if (protocol !== "https:") return "only https addresses are taken";
  if (!PORTS.includes(port)) return "only the ports 443 and 8443 are taken";
  const host = url.hostname.replace(/\.+$/, "");
  if (host.startsWith("[") || IPV4.test(host)) return "an address needs a name of a host, not its number";
  const labels = host.split(".");
  if (labels.length < 2 || INTERNAL_DOMAINS.includes(labels.at(-1) ?? ""))
    return "this name leads into an internal network";
  return undefined;
}
