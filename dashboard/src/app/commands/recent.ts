const STORAGE_KEY = "bakeoff.recent";
const MAXIMUM = 6;

/** What was last chosen in the palette on this device, the newest first. */
export function recentIds(): string[] {
  return (localStorage.getItem(STORAGE_KEY) ?? "").split("\n").filter(Boolean);
}

export function rememberChoice(id: string): void {
  const ids = [id, ...recentIds().filter((recentId) => recentId !== id)].slice(0, MAXIMUM);
  localStorage.setItem(STORAGE_KEY, ids.join("\n"));
}
