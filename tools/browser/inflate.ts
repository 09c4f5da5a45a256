import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import chromium, { inflate } from "@sparticuz/chromium";

// The package unpacks into the temporary folder and offers no other: this runs in a process that has one of its own.
const packageFolder = dirname(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")));
await chromium.executablePath();
await inflate(join(packageFolder, "bin", "al2023.tar.br"));
