import { signOut } from "../data/session.ts";
import { Icon } from "./icon.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";
import "./session-controls.css";

/** What belongs to the person at the screen: the theme, and the way out. */
export function SessionControls() {
  return (
    <div class="session-controls">
      <ThemeToggle />
      <button type="button" class="quiet-button" onClick={() => signOut("signed_out")}>
        <Icon name="exit" />
        <span class="session-word">Sign out</span>
      </button>
    </div>
  );
}
