import { enableCompileCache } from "node:module";
import { inRepository } from "./repository.ts";

// Miniflare and wrangler are 20 MB of source, otherwise compiled at each start: here, and in what this process starts. The
// first import of a program, since what is loaded before is compiled before. Where nothing can be written, nothing is kept.
process.env.NODE_COMPILE_CACHE ||= inRepository(".build/compile-cache");
enableCompileCache(process.env.NODE_COMPILE_CACHE);
