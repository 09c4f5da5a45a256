import { canonicalJson } from "#shared/json.ts";
import { type ConfigValue, configValueSchema } from "../config/ai-config.ts";
import type { ConfoundedVariant } from "./confounded-variant.ts";
import type { ExperimentKind, ExperimentSpec } from "./experiment.ts";

type Field = keyof ConfigValue;

/** What of a version an experiment of a kind is about. */
const OWN_FIELDS: Record<ExperimentKind, readonly Field[]> = {
  prompt: ["prompt", "messages"],
  model: ["model", "provider"],
  parameters: ["parameters"],
  system_prompt: ["system_prompt"],
  context: ["context"],
};

const FIELD_WORDS: Record<Field, string> = {
  prompt: "prompt",
  messages: "messages",
  model: "model",
  provider: "provider",
  parameters: "parameters",
  system_prompt: "system prompt",
  context: "context",
  extra: "extra values",
  public: "public values",
};

const FIELDS = configValueSchema.keyof().options;

const isInstruction = ({ role }: { role: string }) => role === "system" || role === "developer";

/** What is compared of a field; system messages are a system prompt, so there they are no other change. */
function partOf(kind: ExperimentKind, value: ConfigValue, field: Field): unknown {
  if (kind !== "system_prompt" || field !== "messages") return value[field];
  return value.messages?.filter((message) => !isInstruction(message));
}

function differingFields(kind: ExperimentKind, one: ConfigValue, other: ConfigValue): Field[] {
  return FIELDS.filter(
    (field) =>
      !OWN_FIELDS[kind].includes(field) &&
      canonicalJson(partOf(kind, one, field)) !== canonicalJson(partOf(kind, other, field)),
  );
}

/**
 * The treatments whose versions differ from control's in more than the experiment's kind says: their effect cannot be told
 * apart from that of what differs besides. Arms made of factor levels vary several things on purpose. Pure.
 * @param read what a variant holds; undefined where it is not known, and then nothing is said of it
 */
export function findConfounded<Variant extends { key: string; levels?: object | undefined }>(
  { kind, control, variants }: { kind: ExperimentKind; control: string; variants: readonly Variant[] },
  read: (variant: Variant) => ConfigValue | undefined,
): ConfoundedVariant[] {
  const compared = variants.find(({ key }) => key === control);
  const baseline = compared && read(compared);
  if (!baseline || variants.some(({ levels }) => levels !== undefined)) return [];
  return variants.flatMap((variant) => {
    const value = variant.key === control ? undefined : read(variant);
    const fields = value ? differingFields(kind, baseline, value) : [];
    if (fields.length === 0) return [];
    const named = new Intl.ListFormat("en-US").format(fields.map((field) => FIELD_WORDS[field]));
    const message = `'${variant.key}' differs from '${control}' in its ${named} too: what that does cannot be told apart from what the ${FIELD_WORDS[kind]} does.`;
    return [{ variant: variant.key, fields, message }];
  });
}

/** Of an experiment, from the versions of its AI config. */
export function confoundedIn(
  spec: Pick<ExperimentSpec, "kind" | "control" | "variants">,
  versions: readonly { version: number; value: ConfigValue }[],
): ConfoundedVariant[] {
  return findConfounded(
    spec,
    ({ version }) => versions.find((candidate) => candidate.version === version)?.value,
  );
}
