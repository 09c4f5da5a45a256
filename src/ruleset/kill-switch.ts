import { DurableObject } from "cloudflare:workers";
import * as z from "zod";

const withheldVariantSchema = z.strictObject({
  experiment: z.string(),
  variant: z.string(),
  /** When it was withheld; epoch milliseconds. */
  at: z.int(),
});
/** A treatment that edges must not serve, whatever the database says or cannot say. */
export type WithheldVariant = z.infer<typeof withheldVariantSchema>;

export type KillSwitchNamespace = DurableObjectNamespace<KillSwitch>;

/** One per installation: what is withheld is a handful of rows, and every edge asks for all of them at once. */
export function killSwitchOf(namespace: KillSwitchNamespace) {
  return namespace.getByName("installation");
}

/**
 * Stops treatments that do harm without the database. An aggregator that proves harm writes here first and to D1 after it;
 * edges read both whenever they renew their ruleset. What is withheld here is withheld for good: an entry is released only
 * once the database says the same.
 */
export class KillSwitch extends DurableObject<Env> {
  #withheld: WithheldVariant[] | undefined;

  constructor(context: DurableObjectState, environment: Env) {
    super(context, environment);
    context.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS withheld (
        experiment TEXT NOT NULL, variant TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (experiment, variant)
      ) WITHOUT ROWID`);
  }

  /** Withholds treatments of one experiment; repeating it changes nothing. @param at epoch milliseconds */
  async withhold(experiment: string, variants: readonly string[], at: number): Promise<void> {
    for (const variant of variants) {
      this.ctx.storage.sql.exec(
        "INSERT OR IGNORE INTO withheld (experiment, variant, at) VALUES (?, ?, ?)",
        experiment,
        variant,
        at,
      );
    }
    this.#withheld = undefined;
  }

  /** Everything that is withheld now. */
  async withheld(): Promise<WithheldVariant[]> {
    this.#withheld ??= z
      .array(withheldVariantSchema)
      .parse(this.ctx.storage.sql.exec("SELECT experiment, variant, at FROM withheld").toArray());
    return this.#withheld;
  }

  /** Forgets entries that the database has taken over. */
  async release(entries: readonly Omit<WithheldVariant, "at">[]): Promise<void> {
    for (const { experiment, variant } of entries) {
      this.ctx.storage.sql.exec(
        "DELETE FROM withheld WHERE experiment = ? AND variant = ?",
        experiment,
        variant,
      );
    }
    this.#withheld = undefined;
  }
}
