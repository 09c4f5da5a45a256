import { ApiError } from "#dashboard/data/api-error.ts";
import { Icon } from "./icon.tsx";
import { Notice } from "./notice.tsx";
import "./button.css";

interface Advice {
  title: string;
  advice: string;
}

function adviceFor(error: Error): Advice {
  const { status, code } = error instanceof ApiError ? error : { status: 0, code: "unknown" };
  if (code === "unreachable") {
    return {
      title: "The API cannot be reached",
      advice: "Check your connection and that the Worker is running. This page keeps trying by itself.",
    };
  }
  if (code === "unexpected_answer") {
    return {
      title: "The API answered in a form this dashboard does not know",
      advice: "The Worker and the dashboard are probably of different versions. Deploy both, then reload.",
    };
  }
  if (status === 403) {
    return {
      title: "This key may not read this",
      advice: "Sign out, then sign in with a key of scope read or admin.",
    };
  }
  if (status === 404) {
    return {
      title: "There is nothing at this address",
      advice: "It may have another key, or never existed.",
    };
  }
  if (status === 429) {
    return { title: "Too many requests", advice: "This page slows down and tries again by itself." };
  }
  return {
    title: "The API could not answer",
    advice:
      "Nothing stored is lost. This page keeps trying by itself; if it lasts, look at the Worker's log.",
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
        The API said: <code>{props.error.message}</code>
      </p>
    </Notice>
  );
}
