import { theme, toggleTheme } from "../data/theme.ts";
import { Icon } from "./icon.tsx";

/** Switches between light and dark; until it is used, the page follows the system. */
export function ThemeToggle() {
  return (
    <button type="button" class="quiet-button" onClick={toggleTheme}>
      <Icon name={theme() === "dark" ? "sun" : "moon"} />
      <span class="session-word">{theme() === "dark" ? "Light mode" : "Dark mode"}</span>
    </button>
  );
}
