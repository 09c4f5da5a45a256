import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest: started last, it would have the machine to itself. No more than one that mostly waits: it leaves a processor idle. */
const LONGEST = [
  "test/e2e/demo.test.ts",
  "test/e2e/deploy.test.ts",
  "test/unit/calibration.test.ts",
  "test/checks/static.test.ts",
];

/** Starts the test files that take longest before all others of their group, which run beside them. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((path) => moduleId.endsWith(path));
      return found === -1 ? LONGEST.length : found;
    };
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}
