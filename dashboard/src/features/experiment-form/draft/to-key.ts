/** A key that a name suggests: "Would a shorter prompt do?" gives `would-a-shorter-prompt-do`. */
export function toKey(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/, "");
}
