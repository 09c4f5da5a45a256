import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest: started last, it would have the machine to itself. No more than one that mostly waits: it leaves a processor idle. */
const LONGEST = [
  "test/e2e/demo.test.ts",
  "test/e2e/deploy.test.ts",
  "test/unit/analyzer/calibration.test.ts",
  "test/checks/static.test.ts",
];

/** The projects in the order in which they run: a process goes on to the next file only where that is of the same project. */
const PROJECTS = ["integration", "unit", "e2e", "clients", "dashboard"];

/** Starts the test files that take longest before all others of their group, and the others project by project. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId, project }: TestSpecification) => {
      const found = LONGEST.findIndex((path) => moduleId.endsWith(path));
      return found === -1 ? LONGEST.length + PROJECTS.indexOf(project.name) : found;
    };
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}
