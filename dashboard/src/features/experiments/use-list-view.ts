import { useSearchParams } from "@solidjs/router";
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from "solid-js";
import { type ListView, readListView, type ViewParameter } from "./list-view.ts";

/** The address follows once typing pauses, so that every letter shows at once. */
const ADDRESS_DELAY_MILLISECONDS = 250;

/** The list's view, kept in the address: links and the way back show the same. */
export function useListView(): {
  view: Accessor<ListView>;
  change: (changes: Partial<ListView>) => void;
  clear: () => void;
} {
  const [parameters, setParameters] = useSearchParams<Record<ViewParameter, string>>();
  const inAddress = createMemo(() =>
    readListView({
      q: parameters.q,
      status: parameters.status,
      kind: parameters.kind,
      archived: parameters.archived,
      sort: parameters.sort,
    }),
  );
  const [text, setText] = createSignal(inAddress().text);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writtenText = text();
  createEffect(
    on(
      () => inAddress().text,
      (addressText) => {
        if (addressText === writtenText) return;
        writtenText = addressText;
        setText(addressText);
      },
      { defer: true },
    ),
  );
  onCleanup(() => clearTimeout(timer));

  const write = (view: Omit<ListView, "text">, newText: string) => {
    clearTimeout(timer);
    writtenText = newText;
    setParameters(
      {
        q: newText || undefined,
        status: view.statuses.join(",") || undefined,
        kind: view.kind ?? undefined,
        archived: view.archived ? "shown" : undefined,
        sort: view.sort === "newest" ? undefined : view.sort,
      },
      { replace: true, scroll: false },
    );
  };
  const change = (changes: Partial<ListView>) => {
    if (changes.text === undefined) return write({ ...inAddress(), ...changes }, text());
    setText(changes.text);
    clearTimeout(timer);
    timer = setTimeout(() => write(inAddress(), text()), ADDRESS_DELAY_MILLISECONDS);
  };
  return {
    view: createMemo(() => ({ ...inAddress(), text: text() })),
    change,
    clear: () => {
      setText("");
      write({ ...inAddress(), statuses: [], kind: null }, "");
    },
  };
}
