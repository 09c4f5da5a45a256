import { createSignal } from "solid-js";

const STORAGE_KEY = "bakeoff.theme";

export type ThemeChoice = "light" | "dark" | "system";

function readChoice(): ThemeChoice {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

const [themeChoice, setThemeChoice] = createSignal(readChoice());

export { themeChoice };

/** Shows the stored choice; without one `color-scheme` in the styles follows the system by itself. */
export function startTheme(): void {
  const choice = themeChoice();
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

/** Remembers the choice on this device, for good. */
export function chooseTheme(choice: ThemeChoice): void {
  if (choice === "system") localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, choice);
  setThemeChoice(choice);
  startTheme();
}
