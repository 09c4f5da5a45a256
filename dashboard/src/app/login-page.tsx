import { createEffect, createSignal, Show } from "solid-js";
import { type SignOutReason, signIn, signOutReason } from "#dashboard/data/sign-in.ts";
import { Logo } from "./logo.tsx";
import "#dashboard/styles/button.css";
import "./login-page.css";

const explanations: Record<SignOutReason, string> = {
  rejected:
    "This API key is not valid. It may be mistyped or revoked. Check it, or ask an admin for a new one.",
  signed_out: "You are signed out. The key was removed from this device.",
};

/** What can travel in an Authorization header. */
const KEY_PATTERN = /^[\x21-\x7e]+$/;

/** Asks for the API key that everything else is read with. */
export function LoginPage() {
  const [malformed, setMalformed] = createSignal(false);
  let field: HTMLInputElement | undefined;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const key = field?.value.trim() ?? "";
    if (KEY_PATTERN.test(key)) signIn(key);
    else setMalformed(true);
  };
  const message = () => {
    if (malformed()) return "A key contains letters, digits and punctuation, no spaces.";
    const reason = signOutReason();
    return reason && explanations[reason];
  };
  createEffect(() => {
    document.title = "Sign in · Bakeoff";
  });
  return (
    <main class="login">
      <form class="login-form" onSubmit={submit}>
        <Logo />
        <h1>Sign in</h1>
        <Show when={message()}>
          {(text) => (
            <p class="login-message" role="alert">
              {text()}
            </p>
          )}
        </Show>
        <label class="login-label" for="api-key">
          API key
        </label>
        <input
          ref={field}
          id="api-key"
          class="login-field"
          type="password"
          autocomplete="off"
          spellcheck={false}
          placeholder="bk_…"
          required
          autofocus
          aria-describedby="api-key-help"
          onInput={() => setMalformed(false)}
        />
        <p class="login-help" id="api-key-help">
          Use a key with scope <code>read</code> or <code>admin</code>. It is kept in this tab only and
          removed when you close it.
        </p>
        <button type="submit" class="button" data-primary>
          Sign in
        </button>
      </form>
    </main>
  );
}
