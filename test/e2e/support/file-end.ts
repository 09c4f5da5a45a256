import { afterAll } from "vitest";
import { endAll } from "./ends.ts";

/** A setup file of the end-to-end tests: its hook belongs to each test file, and runs after all hooks of the file. */
afterAll(endAll);
