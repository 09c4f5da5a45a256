import { createSignal } from "solid-js";

/** A short message about something that just happened. */
export interface Toast {
  id: number;
  tone: "neutral" | "better" | "worse";
  title: string;
  detail?: string;
}

const [toasts, setToasts] = createSignal<readonly Toast[]>([]);
let nextId = 1;

export { toasts };

/** Shows a message; the shell decides for how long. */
export function notify(toast: Omit<Toast, "id">): void {
  const id = nextId++;
  setToasts((shown) => [...shown, { ...toast, id }]);
}

export function dismiss(id: number): void {
  setToasts((shown) => shown.filter((toast) => toast.id !== id));
}
