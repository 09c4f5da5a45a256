import { useQuery } from "@tanstack/solid-query";
import { Show } from "solid-js";
import type { Session } from "#contract/session.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { sessionQueries } from "#dashboard/data/session.ts";
import { apiKey, signOut } from "#dashboard/data/sign-in.ts";
import { ActorName } from "#dashboard/features/audit/actor-name.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { openHelp } from "./commands/open-command-dialog.ts";
import { ThemeToggle } from "./theme-toggle.tsx";
import "./session-controls.css";

const mayDo: Record<Session["scope"], string> = {
  admin: "Full access",
  read: "Read only",
  server: "Assign and log only",
  client: "Assign and log only",
};

/** Who is signed in with which rights, the theme, and the way out: a key can be forgotten, Cloudflare Access not. */
export function SessionControls() {
  const session = useQuery(() => sessionQueries.current());
  return (
    <div class="session-controls">
      <div class="session-line">
        <Show when={loadedData(session)} fallback={<span class="session-scope">Signing in…</span>}>
          {(person) => (
            <>
              <span class="session-who" title={person().email ?? person().actor}>
                <Show when={person().email} fallback={<ActorName actor={person().actor} />}>
                  {(email) => email()}
                </Show>
              </span>
              <span class="session-scope">{mayDo[person().scope]}</span>
            </>
          )}
        </Show>
      </div>
      <ThemeToggle />
      <button type="button" class="quiet-button" onClick={openHelp}>
        <Icon name="keyboard" />
        Keyboard shortcuts
      </button>
      <Show when={apiKey() !== null}>
        <button type="button" class="quiet-button" onClick={() => signOut("signed_out")}>
          <Icon name="exit" />
          Sign out
        </button>
      </Show>
    </div>
  );
}
