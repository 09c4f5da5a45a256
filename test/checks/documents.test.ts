import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(ROOT, file)));

const documents = files.filter((file) => file.endsWith(".md") && !file.startsWith("demo/data/"));

/** Where a link leads inside the repository, without its anchor; links to the web lead nowhere here. */
function linkedFiles(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
    const [path = ""] = target.split("#");
    return path === "" || /^[a-z]+:/.test(path) ? [] : [path];
  });
}

/** The headings of a document as the anchors that links use. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
}

/** Source files that a text names in code, with or without their folders. */
function namedSources(text: string): string[] {
  return [...text.matchAll(/`([\w./-]+\.(?:ts|tsx|css))`/g)].map(([, name = ""]) => name);
}

/** Pages that describe the code beside them. */
const guides = documents.filter((document) => /(^|\/)README\.md$|^[A-Z]+\.md$/.test(document));

describe("a document", () => {
  it.each(documents)("%s links to files and headings that exist", (document) => {
    const text = readFileSync(join(ROOT, document), "utf8");
    const here = dirname(join(ROOT, document));
    for (const path of linkedFiles(text)) expect(existsSync(resolve(here, path)), path).toBe(true);
    for (const [, path = "", anchor = ""] of text.matchAll(/\]\(([\w./-]*\.md)?#([\w-]+)\)/g)) {
      const target = path === "" ? text : readFileSync(resolve(here, path), "utf8");
      expect(anchorsOf(target), `${path}#${anchor}`).toContain(anchor);
    }
  });

  it.each(guides)("%s names source files that exist", (document) => {
    const text = readFileSync(join(ROOT, document), "utf8");
    const folder = dirname(document);
    const missing = namedSources(text).filter((name) => {
      if (name.includes("/") && existsSync(join(ROOT, name))) return false;
      const own = files.filter((file) => folder === "." || file.startsWith(`${folder}/`));
      return !own.some((file) => file.endsWith(`/${name}`) || basename(file) === name);
    });
    expect(missing).toEqual([]);
  });
});
