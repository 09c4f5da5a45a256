import type { LogEntry, ObservedEntry } from "#ledger/log-entry.ts";
import { MAXIMUM_SEGMENT_VALUES, type Segmentation, type SegmentValue } from "#model/analysis/segments.ts";
import type { RemainingErasures } from "./erasures.ts";
import type { LogPass } from "./log-pass.ts";

/** What an event says of a property, or an exposure of an attribute; undefined where it says nothing. */
export function valueIn(entry: ObservedEntry, { source, name }: Segmentation): SegmentValue | undefined {
  const isOfEvents = source === "property";
  const values = entry.kind === "outcome" ? isOfEvents && entry.properties : !isOfEvents && entry.attributes;
  return values && Object.hasOwn(values, name) ? values[name] : undefined;
}

/** How often a property or an attribute has which value. */
export interface PropertyCounts {
  values: { value: SegmentValue; events: number }[];
  eventsWithoutProperty: number;
}

/** Counts the values of an event property or of an attribute. It is over where there are too many for segments. */
export class ValueCounts implements LogPass {
  readonly #segmentation: Segmentation;
  /** By the value as JSON. */
  readonly #counts: Map<string, { value: SegmentValue; events: number }>;
  #eventsWithoutProperty: number;
  readonly #erasures: RemainingErasures | undefined;

  /**
   * @param counted before; nothing at first
   * @param erasures of units whose events before them do not count; undefined where there are none
   */
  constructor(
    segmentation: Segmentation,
    { values, eventsWithoutProperty }: PropertyCounts,
    erasures?: RemainingErasures,
  ) {
    this.#erasures = erasures;
    this.#segmentation = segmentation;
    this.#counts = new Map(values.map((count) => [JSON.stringify(count.value), { ...count }]));
    this.#eventsWithoutProperty = eventsWithoutProperty;
  }

  get isOver(): boolean {
    return hasTooManyValues(this.#counts.size);
  }

  get isFull(): boolean {
    return this.#erasures?.isFull ?? false;
  }

  load(entries: readonly LogEntry[]): boolean {
    return this.#erasures?.load(entries) ?? true;
  }

  apply(entry: LogEntry): void {
    const isLeft = this.#erasures?.leaves(entry) ?? true;
    if (entry.kind === "erasure" || !isLeft) return;
    const value = valueIn(entry, this.#segmentation);
    if (value === undefined) {
      if (entry.kind === "outcome" && this.#segmentation.source === "property")
        this.#eventsWithoutProperty += 1;
      return;
    }
    const key = JSON.stringify(value);
    const count = this.#counts.get(key);
    if (count) count.events += 1;
    else this.#counts.set(key, { value, events: 1 });
  }

  write(): void {
    this.#erasures?.write();
  }

  state(): PropertyCounts {
    return { values: [...this.#counts.values()], eventsWithoutProperty: this.#eventsWithoutProperty };
  }
}

/** Whether a property with so many values is no segment. */
export function hasTooManyValues(values: number): boolean {
  return values > MAXIMUM_SEGMENT_VALUES;
}
