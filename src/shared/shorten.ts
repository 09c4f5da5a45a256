/** The text, cut off where it is longer than this many characters. */
export function shorten(text: string, maximumCharacters: number): string {
  return text.length > maximumCharacters ? `${text.slice(0, maximumCharacters).toWellFormed()}…` : text;
}
