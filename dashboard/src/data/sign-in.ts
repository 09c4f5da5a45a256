import { createSignal } from "solid-js";

const STORAGE_KEY = "bakeoff.key";

/** Why somebody finds themselves at the login page again. */
export type SignOutReason = "rejected" | "signed_out";

const [key, setKey] = createSignal(sessionStorage.getItem(STORAGE_KEY));
const [signOutReason, setSignOutReason] = createSignal<SignOutReason>();

export { key as apiKey, signOutReason };

/** Keeps the key for this tab only; closing it forgets the key. */
export function signIn(newKey: string): void {
  sessionStorage.setItem(STORAGE_KEY, newKey);
  setSignOutReason(undefined);
  setKey(newKey);
}

export function signOut(reason: SignOutReason): void {
  sessionStorage.removeItem(STORAGE_KEY);
  setSignOutReason(reason);
  setKey(null);
}

/** Signs in with `#key=bk_…` and strips the fragment at once, so that it stays out of history and bookmarks. */
export function takeKeyFromAddress(): void {
  const { hash, pathname, search } = window.location;
  const fromAddress = new URLSearchParams(hash.slice(1)).get("key");
  if (fromAddress === null) return;
  window.history.replaceState(window.history.state, "", pathname + search);
  if (fromAddress !== "") signIn(fromAddress);
}
