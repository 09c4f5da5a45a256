import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What mostly waits, for minutes: started last, it would have the machine to itself. */
const WAITING = "test/e2e/demo.test.ts";

/** Starts the test file that waits longest before all others, which run beside it. */
export default class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = ({ moduleId }: TestSpecification) => moduleId.endsWith(WAITING);
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))];
  }
}
