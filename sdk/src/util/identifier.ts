const hexadecimal = (value: number, digits: number) => value.toString(16).padStart(digits, "0");

/** A UUID of version 7: it begins with the time, so that ids sort as they were made. */
export function makeIdentifier(): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = crypto.getRandomValues(new Uint16Array(5));
  const time = hexadecimal(Date.now(), 12);
  const version = hexadecimal((a & 0xfff) | 0x7000, 4);
  const variant = hexadecimal((b & 0x3fff) | 0x8000, 4);
  const tail = [c, d, e].map((part) => hexadecimal(part, 4)).join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${tail}`;
}
