const FOCUSABLE = "input, textarea, button, summary, [tabindex]";

function findWithin(root: ParentNode, pointer: string): HTMLElement | undefined {
  for (let path = pointer; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
    const field = root.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(path)}"]`);
    if (field) return field;
  }
  return undefined;
}

/** Puts the cursor into the field of an issue, opening what it is folded into; true when there is such a field. */
export function focusField(pointer: string): boolean {
  const [outer = "", inner] = pointer.split(/(?<=\/value)(?=\/|$)/);
  const holder = findWithin(document, outer);
  const field = (holder && inner && findWithin(holder, inner)) || holder;
  if (!field) return false;
  for (let at: HTMLElement | null = field; at; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
  const target = field.querySelector<HTMLElement>(FOCUSABLE);
  target?.focus();
  target?.scrollIntoView({ block: "center" });
  return target !== null;
}
