import { readFile } from "node:fs/promises";
import { complaintsAbout } from "./run-vectors.ts";
import { vectorFileSchema } from "./vector-file.ts";

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("usage: npm run -s vectors -- FILE…");
  process.exit(2);
}

let [passed, failed] = [0, 0];
for (const file of files) {
  const { cases } = vectorFileSchema.parse(JSON.parse(await readFile(file, "utf8")));
  for (const vector of cases) {
    const complaints = complaintsAbout(vector);
    for (const complaint of complaints) console.log(complaint);
    if (complaints.length === 0) passed += 1;
    else failed += 1;
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
