/// <reference types="vite/client" />
import { type Assigned, createBakeoff } from "bakeoff-sdk";

const CONFIG = import.meta.env.VITE_BAKEOFF_CONFIG ?? "example-answer";

const bakeoff = createBakeoff({
  url: import.meta.env.VITE_BAKEOFF_URL ?? "http://127.0.0.1:8788",
  key: import.meta.env.VITE_BAKEOFF_KEY, // Of scope `client`: it may be public, and never sees a prompt.
  intervalMs: 30_000, // A page need not hurry: what is queued leaves when it is hidden.
});

/** Who comes back gets the same variant. */
const unit = localStorage.getItem("visitor") ?? crypto.randomUUID();
localStorage.setItem("visitor", unit);

/** Stands for a request to your own backend, which looks up the version's prompt with a key of scope `server`. */
async function askBackend({ version, value }: Assigned, question: string): Promise<string> {
  return `Version ${version ?? "unknown"} with ${value.model} on “${question}”.`;
}

/** @throws when the page has no such element */
function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no '${id}'`);
  return found;
}

const form = element("question", HTMLFormElement);
const buttons = element("feedback", HTMLElement);
let handle = "";

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const question = String(new FormData(form).get("text"));
  const run = await bakeoff.run(CONFIG, { unit, fallback: { model: "gpt-4.1-mini" } }, (assigned) =>
    askBackend(assigned, question),
  );
  const { error } = run.assigned;
  if (error) console.warn(`the fallback is used, ${error.code}: ${error.message}`);
  handle = run.handle;
  element("answer", HTMLElement).textContent = run.result;
  buttons.hidden = false;
});

for (const id of ["yes", "no"]) {
  element(id, HTMLButtonElement).addEventListener("click", () => {
    bakeoff.feedback(handle, { task_success: id === "yes" });
    buttons.textContent = "Thank you.";
  });
}
