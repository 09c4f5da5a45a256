import { useQuery } from "@tanstack/solid-query";
import { type JSX, Match, Switch } from "solid-js";
import { ApiError } from "#contract/client.ts";
import { SIGN_IN_EXPIRED } from "#dashboard/data/api.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { sessionQueries } from "#dashboard/data/session.ts";
import { apiKey } from "#dashboard/data/sign-in.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import { QueryError } from "#dashboard/ui/query-error.tsx";
import { LoginPage } from "./login-page.tsx";
import "./app-shell.css";

/**
 * Shows the app to who is signed in: with a key at once, for a refused one ends the session by itself; without one after
 * asking whether Cloudflare Access has signed the person in already.
 */
export function SessionGate(props: { children: JSX.Element }) {
  const session = useQuery(() => sessionQueries.current());
  const hasExpired = () => session.error instanceof ApiError && session.error.code === SIGN_IN_EXPIRED;
  const needsKey = () => session.error instanceof ApiError && session.error.status === 401;
  return (
    <Switch>
      <Match when={apiKey() !== null || loadedData(session) !== undefined}>{props.children}</Match>
      <Match when={hasExpired()}>
        <main class="shell-main">
          <h1 class="visually-hidden">Bakeoff</h1>
          <Notice
            icon="clock"
            tone="neutral"
            title="Your sign-in has expired"
            action={
              <Button kind="primary" onClick={() => window.location.reload()}>
                Sign in again
              </Button>
            }
          >
            <p>Your Cloudflare Access session has ended. After signing in you return to this page.</p>
          </Notice>
        </main>
      </Match>
      <Match when={needsKey()}>
        <LoginPage />
      </Match>
      <Match when={session.error}>
        {(error) => (
          <main class="shell-main">
            <h1 class="visually-hidden">Bakeoff</h1>
            <QueryError error={error()} retry={() => void session.refetch()} />
          </main>
        )}
      </Match>
    </Switch>
  );
}
