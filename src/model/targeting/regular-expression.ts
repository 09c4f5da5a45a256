/**
 * A pattern as GrowthBook's SDK makes it: slashes may stand in it unescaped.
 * @throws SyntaxError
 */
export function toRegExp(pattern: string, isInsensitive: boolean): RegExp {
  return new RegExp(pattern.replace(/([^\\])\//g, "$1\\/"), isInsensitive ? "i" : undefined);
}
