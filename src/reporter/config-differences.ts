import type { ConfigValue } from "#model/config/ai-config.ts";

/** One field of two config values that differ. `null` where a value does not have it. */
export interface ConfigDifference {
  /** `parameters.temperature`, `messages[0] (user)`. */
  field: string;
  before: string | null;
  after: string | null;
  /** Prose is compared word by word, settings as a whole. */
  isText: boolean;
}

interface Entry {
  text: string;
  isText: boolean;
}

function display(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** Every field of a value by its name, nested settings one by one. */
function entriesOf(value: ConfigValue): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [name, part] of Object.entries(value)) {
    if (part === undefined) continue;
    if (name === "messages" && value.messages) {
      for (const [index, { role, content }] of value.messages.entries()) {
        entries.set(`messages[${index}] role`, { text: role, isText: false });
        entries.set(`messages[${index}]`, { text: content, isText: true });
      }
    } else if (typeof part === "object" && !Array.isArray(part)) {
      for (const [setting, settingValue] of Object.entries(part)) {
        if (settingValue !== undefined)
          entries.set(`${name}.${setting}`, { text: display(settingValue), isText: false });
      }
    } else {
      entries.set(name, { text: display(part), isText: name === "prompt" || name === "system_prompt" });
    }
  }
  return entries;
}

/** What distinguishes two config values, field by field, in the order of the second one. */
export function findConfigDifferences(before: ConfigValue, after: ConfigValue): ConfigDifference[] {
  const [old, newEntries] = [entriesOf(before), entriesOf(after)];
  const fields = [...new Set([...newEntries.keys(), ...old.keys()])];
  return fields.flatMap((field) => {
    const [was, is] = [old.get(field), newEntries.get(field)];
    if (was?.text === is?.text) return [];
    return [
      {
        field,
        before: was?.text ?? null,
        after: is?.text ?? null,
        isText: was?.isText ?? is?.isText ?? false,
      },
    ];
  });
}
