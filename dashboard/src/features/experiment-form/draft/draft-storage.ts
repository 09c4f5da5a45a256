import { type ExperimentDraft, experimentDraftSchema } from "./experiment-draft.ts";

const nameOf = (place: string) => `bakeoff.experiment-form.${place}`;

/** Keeps a draft for this tab. */
export function storeDraft(place: string, draft: ExperimentDraft): void {
  sessionStorage.setItem(nameOf(place), JSON.stringify(draft));
}

/** What was typed here before; a draft that an older dashboard stored in another form is left alone. */
export function readStoredDraft(place: string): ExperimentDraft | undefined {
  try {
    const parsed = experimentDraftSchema.safeParse(JSON.parse(sessionStorage.getItem(nameOf(place)) ?? ""));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export function forgetDraft(place: string): void {
  sessionStorage.removeItem(nameOf(place));
}
