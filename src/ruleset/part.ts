import * as z from "zod";
import { type PreparedConfig, prepareConfig } from "#assigner/prepared-ruleset.ts";
import { type ConfigValue, configValueSchema } from "#model/config/ai-config.ts";
import { type RulesetExperiment, rulesetExperimentSchema } from "#model/config/ruleset.ts";
import { exclusionSchema } from "#model/experiment/exclusion.ts";
import { switchedOffVariantSchema, variantSchema } from "#model/experiment/experiment.ts";
import { holdoutSchema } from "#model/experiment/holdout.ts";
import { overrideSchema } from "#model/experiment/override.ts";
import { parseStored } from "#store/database.ts";
import type { ExperimentRow, StoredPart } from "#store/ruleset-parts.ts";
import type { WithheldVariant } from "./kill-switch.ts";
import { withoutWithheld } from "./withhold.ts";

const SPEC_FIELDS = [
  "key",
  "config",
  "variants",
  "control",
  "coverage",
  "namespace",
  "condition",
  "seed",
  "hashVersion",
  "shards",
  "unvouched",
  "covariates",
  "adjustFor",
  "attributes",
  "properties",
  "growth",
] as const;
const fieldsSchema = z.record(z.string(), z.unknown());

/** What of a holdout differs from one of its AI configs to the other: the version that it holds. */
function heldFieldsOf(spec: Record<string, unknown>, config: string) {
  if (spec.holdout === undefined) return {};
  const { configs } = holdoutSchema.parse(spec.holdout);
  const version = configs.find((one) => one.config === config)?.version;
  const variants = z.array(variantSchema).parse(spec.variants);
  return {
    config,
    variants: variants.map((variant) => ({ ...variant, version })),
    holdoutConfigs: configs.map((one) => one.config),
  };
}

function toRulesetExperiment(row: ExperimentRow): RulesetExperiment {
  const { status, startedAt, endedAt, covariateSource } = row;
  const spec = parseStored(fieldsSchema, row.spec);
  const switchedOff = parseStored(z.array(switchedOffVariantSchema), row.switchedOff);
  const overrides = parseStored(z.array(overrideSchema), row.overrides);
  const pauses: unknown[] = parseStored(z.array(z.unknown()), row.pauses);
  return rulesetExperimentSchema.parse({
    ...Object.fromEntries(
      SPEC_FIELDS.flatMap((name) => (spec[name] === undefined ? [] : [[name, spec[name]]])),
    ),
    ...heldFieldsOf(spec, row.config),
    status,
    startedAt,
    endedAt,
    covariateSource: covariateSource === null ? null : JSON.parse(covariateSource),
    phases: JSON.parse(row.phases),
    unitKeyId: row.unitKeyId,
    ...(switchedOff.length > 0 && {
      switchedOff: switchedOff.map(({ variant }) => variant),
      switchedOffAt: Object.fromEntries(switchedOff.map(({ variant, at }) => [variant, at])),
    }),
    ...(pauses.length > 0 && { pauses }),
    exclusions: parseStored(z.array(exclusionSchema), row.exclusions).map(({ from, until }) => ({
      from,
      until,
    })),
    ...(overrides.length > 0 && { overrides: overrides.map(({ unit, variant }) => ({ unit, variant })) }),
    metricDefinitions: JSON.parse(row.metricDefinitions),
  });
}

/** A config value that is parsed when it is first asked for. It never changes, so that parts hand it on. */
class StoredValue {
  readonly length: number;
  #content: string | ConfigValue;

  constructor(text: string) {
    this.#content = text;
    this.length = text.length;
  }

  get value(): ConfigValue {
    if (typeof this.#content === "string") this.#content = parseStored(configValueSchema, this.#content);
    return this.#content;
  }
}

function lengthOf({
  spec,
  metricDefinitions,
  phases,
  pauses,
  switchedOff,
  exclusions,
  overrides,
}: ExperimentRow): number {
  return [spec, metricDefinitions, phases, pauses, switchedOff, exclusions, overrides].reduce(
    (sum, { length }) => sum + length,
    0,
  );
}

/**
 * One AI config as edges hold it: with the experiments on it that take data, as they were at one revision. It stays as it was
 * read but for what the kill switch withholds. What is made of the texts is made when it is first needed.
 */
export class RulesetPart {
  readonly key: string;
  readonly revision: number;
  readonly liveVersion: number;
  /** The characters of JSON that it was made of. */
  readonly size: number;
  /** The keys of its experiments. */
  readonly experimentKeys: readonly string[];
  /** By version; undefined where only its experiments were read. */
  readonly storedValues: ReadonlyMap<number, StoredValue> | undefined;
  /** In which round it was last used: what was not used for long goes first. */
  lastUsed = 0;
  /** Texts, until they are parsed. */
  #rows: readonly ExperimentRow[];
  #parsed: readonly RulesetExperiment[] | undefined;
  #withheld: readonly WithheldVariant[] = [];
  #experiments: ReadonlyMap<string, RulesetExperiment> | undefined;
  #holdouts: readonly RulesetExperiment[] | undefined;
  #prepared: PreparedConfig | undefined;

  /** @param earlier the same AI config as it was held before: its values need not have been read again */
  constructor(stored: StoredPart, revision: number, hasValues: boolean, earlier?: RulesetPart) {
    this.key = stored.key;
    this.revision = revision;
    this.liveVersion = stored.liveVersion;
    this.#rows = stored.experiments;
    this.experimentKeys = stored.experiments.map(({ key }) => key);
    if (hasValues) {
      const toEntry = ({ version, value }: StoredPart["values"][number]) => {
        const held = value === null ? earlier?.storedValues?.get(version) : new StoredValue(value);
        return held ? [[version, held] as const] : [];
      };
      this.storedValues = new Map(stored.values.flatMap(toEntry));
    }
    const valueLengths = [...(this.storedValues?.values() ?? [])].map(({ length }) => length);
    this.size = [...stored.experiments.map(lengthOf), ...valueLengths].reduce((sum, size) => sum + size, 0);
  }

  /** Switches treatments off that edges must not serve. */
  withhold(all: readonly WithheldVariant[]): void {
    const withheld = all.filter(({ experiment }) => this.experimentKeys.includes(experiment));
    // What is prepared is kept until something else is withheld.
    if (JSON.stringify(withheld) === JSON.stringify(this.#withheld)) return;
    this.#withheld = withheld;
    this.#experiments = undefined;
    this.#holdouts = undefined;
    this.#prepared = undefined;
  }

  /** Its experiments that take data, by key, oldest first. */
  get experiments(): ReadonlyMap<string, RulesetExperiment> {
    if (this.#experiments) return this.#experiments;
    this.#parsed ??= this.#rows.map(toRulesetExperiment);
    this.#rows = [];
    const experiments = this.#parsed.map((experiment) => withoutWithheld(experiment, this.#withheld));
    this.#experiments = new Map(experiments.map((experiment) => [experiment.key, experiment]));
    return this.#experiments;
  }

  /** Ready to assign. */
  get prepared(): PreparedConfig {
    if (this.#prepared) return this.#prepared;
    const values = new Map([...(this.storedValues ?? [])].map(([version, { value }]) => [version, value]));
    const all = [...this.experiments.values()];
    const ordinary = all.filter(({ holdoutConfigs }) => !holdoutConfigs);
    const running = this.holdouts.find(({ status }) => status === "running");
    this.#prepared = prepareConfig(this.key, this.liveVersion, values, ordinary, running);
    return this.#prepared;
  }

  /** Those of its experiments that are holdouts: one that runs, and those that have ended lately. */
  get holdouts(): readonly RulesetExperiment[] {
    this.#holdouts ??= [...this.experiments.values()].filter(({ holdoutConfigs }) => holdoutConfigs);
    return this.#holdouts;
  }
}
