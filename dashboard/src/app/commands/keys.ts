/** Where ⌘ is what Ctrl is elsewhere. */
export const isApple: boolean = /Mac|iPhone|iPad/.test(navigator.platform);

/** One key of a shortcut as it is printed on the keyboard. */
function keyName(key: string): string {
  if (key === "mod") return isApple ? "⌘" : "Ctrl";
  return key.length === 1 ? key.toUpperCase() : key;
}

/** The keys of a shortcut, one after another: `"g e"` → G, E; `"mod+k"` → Ctrl, K. */
export function keyNames(keys: string): string[] {
  return keys.split(/[ +]/).map(keyName);
}

/** A shortcut in one short text: "Ctrl K", "⌘K". */
export function keyHint(keys: string): string {
  return keyNames(keys).join(isApple && keys.startsWith("mod+") ? "" : " ");
}
