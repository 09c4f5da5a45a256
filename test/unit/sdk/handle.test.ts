import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { namesRun } from "#sdk/client/handle.ts";
import { createHandleWriter } from "#sdk/client/sealing.ts";
import { opened } from "#test/support/opened-handle.ts";

const SECRET = "bk_server_0123456789abcdef";

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const run = fc.record({
  id: fc.uuid({ version: 7 }),
  experiment: name,
  unit: fc.string({ minLength: 1, maxLength: 256, unit: "grapheme" }).filter((unit) => unit.length <= 256),
  variant: name,
  phase: fc.nat(),
});
const write = createHandleWriter(SECRET);
const shortRun = { id: "i", experiment: "e", unit: "user-42", variant: "v", phase: 0 };

describe("a handle", () => {
  it("is read by the Worker as it was written, whatever the unit is called, and never says the unit", async () => {
    await fc.assert(
      fc.asyncProperty(run, async (identity) => {
        const handle = await write(identity);
        const { id: _id, ...named } = identity;
        expect(opened(handle, SECRET)).toMatchObject(named);
        expect(handle).toMatch(/^b2\.[0-9a-f]{16}\.[A-Za-z0-9_-]+$/);
        expect(namesRun(handle)).toBe(true);
        const bytes = Buffer.from(handle.split(".")[2] ?? "", "base64url").toString("utf8");
        if (identity.unit.length > 4) expect(bytes).not.toContain(identity.unit);
      }),
    );
  });

  it("is another one each time, even of the same run", async () => {
    expect(await write(shortRun)).not.toBe(await write(shortRun));
  });

  it("is short", async () => {
    const id = "01890a5d-ac96-774b-bcce-b302099a8057";
    const identity = { ...shortRun, id, experiment: "shorter", variant: "control" };
    expect((await write(identity)).length).toBeLessThan(160);
  });

  it("of a run outside any experiment names nothing", async () => {
    expect(namesRun(await write(undefined))).toBe(false);
  });

  it("opens with no other key, and not when one character of it is another", async () => {
    const handle = await write(shortRun);
    expect(opened(handle, "bk_server_another")).toBeUndefined();
    const [version, fingerprint, sealed = ""] = handle.split(".");
    for (let index = 0; index < sealed.length - 1; index++) {
      const other = sealed[index] === "A" ? "B" : "A";
      const altered = sealed.slice(0, index) + other + sealed.slice(index + 1);
      expect(opened(`${version}.${fingerprint}.${altered}`, SECRET)).toBeUndefined();
    }
  });

  it.each(["", "b2.", "b2.!!!", "nonsense", "b1.W10", "b2.0123456789abcdef.AAAA"])(
    "is none: %s",
    (handle) => {
      expect(() => namesRun(handle)).toThrow();
      expect(opened(handle, SECRET)).toBeUndefined();
    },
  );
});
