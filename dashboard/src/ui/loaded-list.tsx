import { type JSX, Match, Switch } from "solid-js";
import { QueryError } from "./query-error.tsx";
import { Skeleton } from "./skeleton.tsx";

/** What a list needs to know of the query that it comes from. */
interface ListQuery {
  data: unknown;
  isError: boolean;
  isPending: boolean;
  error: Error | null;
  refetch: () => unknown;
}

/** A list once it is there; before that, that it is loading, why it cannot be loaded, or what it means that there is nothing. */
export function LoadedList(props: {
  query: ListQuery;
  /** What is said while it loads. */
  loading: string;
  isEmpty: boolean;
  empty: JSX.Element;
  children: JSX.Element;
}) {
  // Data that are there are shown, also if they could not be renewed. Asking a query without them would suspend the page.
  const failure = () =>
    props.query.isError && props.query.data === undefined ? (props.query.error ?? undefined) : undefined;
  return (
    <Switch>
      <Match when={failure()}>
        {(error) => <QueryError error={error()} retry={() => void props.query.refetch()} />}
      </Match>
      <Match when={props.query.isPending}>
        <Skeleton label={props.loading} rows={3} height="row" />
      </Match>
      <Match when={props.isEmpty}>{props.empty}</Match>
      <Match when={true}>{props.children}</Match>
    </Switch>
  );
}
