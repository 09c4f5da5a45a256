import { read } from "../util/read.ts";

/** A page may vanish without another word once it is hidden. */
export function onPageHide(listener: () => void): () => void {
  const page = read(globalThis, "document");
  if (!(page instanceof EventTarget)) return () => {};
  const onChange = () => {
    if (read(page, "visibilityState") === "hidden") listener();
  };
  page.addEventListener("visibilitychange", onChange);
  return () => page.removeEventListener("visibilitychange", onChange);
}
