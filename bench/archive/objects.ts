import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

/** Writes all objects of a local server's archive into a folder; the server must not run. @returns their keys */
export async function copyObjects(data: string, folder: string): Promise<string[]> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: join(data, "v3"),
      cf: false,
      workers: [
        {
          name: "bakeoff",
          modules: true,
          script: "export default {}",
          r2Buckets: { ARCHIVE: "bakeoff-archive" },
        },
      ],
    }),
  );
  try {
    const bucket = await miniflare.getR2Bucket("ARCHIVE");
    const keys: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await bucket.list(cursor === undefined ? {} : { cursor });
      cursor = page.truncated ? page.cursor : undefined;
      for (const { key } of page.objects) {
        const object = await bucket.get(key);
        if (!object) throw new Error(`${key} is gone`);
        await mkdir(dirname(join(folder, key)), { recursive: true });
        await writeFile(join(folder, key), new Uint8Array(await object.arrayBuffer()));
        keys.push(key);
      }
    } while (cursor !== undefined);
    return keys;
  } finally {
    await miniflare.dispose();
  }
}
