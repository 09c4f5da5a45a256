import { type Context, propagation } from "@opentelemetry/api";
import type { LogRecordProcessor, ReadWriteLogRecord } from "@opentelemetry/sdk-logs";
import type { Span, SpanProcessor } from "@opentelemetry/sdk-trace";

/** Remembers in a context who was given what; every span and log record made in it will say so. */
export function withArm(context: Context, arm: Record<"experiment" | "variant" | "unit", string>): Context {
  const entries = Object.entries(arm).map(([name, value]) => [`bakeoff.${name}`, { value }]);
  return propagation.setBaggage(context, propagation.createBaggage(Object.fromEntries(entries)));
}

function armOf(context: Context): Record<string, string> {
  const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
  const own = entries.filter(([name]) => name.startsWith("bakeoff."));
  return Object.fromEntries(own.map(([name, { value }]) => [name, value]));
}

/** Copies what the context remembers onto spans. Stands before the processor that exports. */
export class BakeoffSpanProcessor implements SpanProcessor {
  onStart(span: Span, context: Context): void {
    span.setAttributes(armOf(context));
  }
  onEnd(): void {}
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

/** The same for log records. */
export class BakeoffLogProcessor implements LogRecordProcessor {
  onEmit(record: ReadWriteLogRecord, context?: Context): void {
    if (context) record.setAttributes(armOf(context));
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}
