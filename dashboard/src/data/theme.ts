import { createSignal } from "solid-js";

const STORAGE_KEY = "bakeoff.theme";

export type Theme = "light" | "dark";

const systemPrefersDark = window.matchMedia("(prefers-color-scheme: dark)");

function readChoice(): Theme | undefined {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === "light" || stored === "dark" ? stored : undefined;
}

function systemTheme(): Theme {
  return systemPrefersDark.matches ? "dark" : "light";
}

const [theme, setTheme] = createSignal<Theme>(readChoice() ?? systemTheme());

export { theme };

function show(chosen: Theme | undefined): void {
  if (chosen) document.documentElement.dataset.theme = chosen;
  setTheme(chosen ?? systemTheme());
}

/** Shows the stored choice, or follows the system for as long as there is none. */
export function startTheme(): void {
  show(readChoice());
  systemPrefersDark.addEventListener("change", () => show(readChoice()));
}

export function toggleTheme(): void {
  const chosen = theme() === "dark" ? "light" : "dark";
  localStorage.setItem(STORAGE_KEY, chosen);
  show(chosen);
}
