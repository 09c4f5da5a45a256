import type { Reporter, TestModule } from "vitest/node";
import { HAS_BROWSER, NO_BROWSER } from "#tools/browser/launch.ts";

/** Prints the plain closing line that tools read: `N passed, N failed`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    for (const module of modules) {
      // A file that could not even be loaded has no tests that could fail.
      if (!module.ok() && [...module.children.allTests("failed")].length === 0) failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed += 1;
        else if (state === "failed") failed += 1;
        else skipped += 1;
      }
    }
    const tail = skipped > 0 ? `, ${skipped} skipped` : "";
    if (!HAS_BROWSER) process.stdout.write(`\nTests in a browser were left out. ${NO_BROWSER}\n`);
    setImmediate(() => process.stdout.write(`\n${passed} passed, ${failed} failed${tail}\n`));
  }
}
