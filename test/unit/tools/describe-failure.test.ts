import { describe, expect, it } from "vitest";
import { z } from "zod";
import { describeFailure, describeFileError } from "#tools/local-server/describe-failure.ts";

const fileError = (code: string) => Object.assign(new Error(`${code}: something, write`), { code });

describe("why a program ends", () => {
  it.each([
    ["ENOSPC", "no space is left on the disk."],
    ["EROFS", "the disk is read-only."],
    ["EACCES", "this user may not write there."],
  ])("is told in words where a file cannot be written: %s", (code, words) => {
    expect(describeFailure(fileError(code))).toBe(
      `A file cannot be written: ${words} BAKEOFF_DATA chooses where data are kept; the default is .data.`,
    );
    expect(describeFileError(fileError(code))).toBe(words);
  });

  it("is told in words where the runtime cannot open its databases", () => {
    const error = new Error('The runtime failed to start.\n{"message":"disk I/O error: SQLITE_IOERR"}');
    expect(describeFailure(error)).toMatch(/^The database cannot be opened: the disk is full, [^\n]+$/);
  });

  it("is what settings lack, what an error says, or what was thrown", () => {
    const settings = z.object({ port: z.number("PORT must be a number.") }).safeParse({});
    expect(describeFailure(settings.error)).toBe("PORT must be a number.");
    expect(describeFailure(new Error("The port is taken."))).toBe("The port is taken.");
    expect(describeFailure("no")).toBe("no");
  });
});
