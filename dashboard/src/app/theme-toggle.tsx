import { For } from "solid-js";
import { chooseTheme, type ThemeChoice, themeChoice } from "#dashboard/data/theme.ts";
import { Icon, type IconName } from "#dashboard/ui/icon.tsx";
import "./session-controls.css";
import "./theme-toggle.css";

const options: readonly { choice: ThemeChoice; label: string; icon: IconName }[] = [
  { choice: "light", label: "Light theme", icon: "sun" },
  { choice: "system", label: "System theme", icon: "screen" },
  { choice: "dark", label: "Dark theme", icon: "moon" },
];

/** Light, dark, or as the system says. */
export function ThemeToggle() {
  return (
    <fieldset class="theme-choice">
      <legend class="visually-hidden">Theme</legend>
      <For each={options}>
        {({ choice, label, icon }) => (
          <label class="theme-option" title={label}>
            <input
              type="radio"
              name="theme"
              value={choice}
              checked={themeChoice() === choice}
              onChange={() => chooseTheme(choice)}
            />
            <Icon name={icon} />
            <span class="visually-hidden">{label}</span>
          </label>
        )}
      </For>
    </fieldset>
  );
}
