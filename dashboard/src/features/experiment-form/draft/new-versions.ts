import { readConfigValueDraft } from "#dashboard/config-value/config-value-draft.ts";
import type { AiConfigVersion, ConfigValue } from "#model/config/ai-config.ts";
import { canonicalJson } from "#shared/json.ts";
import type { ExperimentDraft, VariantDraft } from "./experiment-draft.ts";

/** What a variant holds; undefined while it is not chosen or not readable. */
export function readValue(
  variant: VariantDraft,
  versions: readonly AiConfigVersion[],
): ConfigValue | undefined {
  if (variant.source === "existing") {
    return versions.find(({ version }) => version === variant.version)?.value;
  }
  const content = readConfigValueDraft(variant.value);
  return content.ok ? content.value : undefined;
}

/** A version that has to be created before the experiment can be. */
export interface NewVersion {
  variant: VariantDraft;
  value: ConfigValue;
  fingerprint: string;
  /** The number that it will have, unless somebody else creates one first. */
  expected: number;
}

export interface PlannedVersions {
  versionOf: (variant: VariantDraft) => number | undefined;
  toCreate: NewVersion[];
}

/**
 * Settles which version each variant is: chosen, created earlier, equal to one that exists, or still to be created. Two
 * variants that hold the same share one.
 */
export function planVersions(draft: ExperimentDraft, versions: readonly AiConfigVersion[]): PlannedVersions {
  const numbers = new Map(versions.map(({ version, value }) => [canonicalJson(value), version]));
  let next = Math.max(0, ...versions.map(({ version }) => version));
  const toCreate: NewVersion[] = [];
  const settled = new Map<string, number>();
  for (const variant of draft.variants) {
    if (variant.source === "existing") {
      if (variant.version !== null) settled.set(variant.id, variant.version);
      continue;
    }
    const content = readConfigValueDraft(variant.value);
    const mark = content.ok ? canonicalJson(content.value) : `unreadable ${variant.id}`;
    const created =
      variant.created?.config === draft.config && variant.created.value === mark
        ? variant.created.version
        : undefined;
    const existing = created ?? numbers.get(mark);
    if (existing === undefined) {
      next += 1;
      if (content.ok) toCreate.push({ variant, value: content.value, fingerprint: mark, expected: next });
    }
    const version = existing ?? next;
    numbers.set(mark, version);
    settled.set(variant.id, version);
  }
  return { versionOf: ({ id }) => settled.get(id), toCreate };
}
