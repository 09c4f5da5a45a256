import { ApiError } from "#contract/client.ts";
import { Icon } from "./icon.tsx";
import { Notice } from "./notice.tsx";
import "#dashboard/styles/button.css";

interface Advice {
  title: string;
  advice: string;
}

function adviceFor(error: Error): Advice {
  const { status, code } = error instanceof ApiError ? error : { status: 0, code: "unknown" };
  if (code === "unreachable") {
    return {
      title: "The API cannot be reached",
      advice: "Check your connection and that the Worker is running. This page retries automatically.",
    };
  }
  if (code === "unexpected_answer") {
    return {
      title: "Unexpected response from the API",
      advice: "The Worker and the dashboard may be on different versions. Deploy both, then reload.",
    };
  }
  if (status === 403) {
    return {
      title: "This key has no access",
      advice: "Sign out, then sign in with a key that has scope read or admin.",
    };
  }
  if (status === 404) {
    return {
      title: "Not found",
      advice: "Check the address. The key may be mistyped.",
    };
  }
  if (status === 429) {
    return { title: "Too many requests", advice: "This page retries automatically." };
  }
  return {
    title: "The API returned an error",
    advice:
      "No data is lost. This page retries automatically. If the error persists, check the Worker's logs.",
  };
}

/** What went wrong while reading, and what to do. */
export function QueryError(props: { error: Error; retry: () => void }) {
  return (
    <Notice
      icon="alert"
      tone="worse"
      title={adviceFor(props.error).title}
      action={
        <button type="button" class="button" onClick={() => props.retry()}>
          <Icon name="undo" />
          Try again
        </button>
      }
    >
      <p>{adviceFor(props.error).advice}</p>
      <p class="muted">
        Response: <code>{props.error.message}</code>
      </p>
    </Notice>
  );
}
