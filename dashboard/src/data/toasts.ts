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
  setToasts((current) => [...current, { ...toast, id }]);
}

export function dismiss(id: number): void {
  setToasts((current) => current.filter((toast) => toast.id !== id));
}
