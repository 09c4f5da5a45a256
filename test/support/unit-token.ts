import { createHash, createHmac } from "node:crypto";

/** A token by the recipe of the docs, as any language can follow it. @param expiry seconds since the epoch */
export function tokenOf(secret: string, unit: string, expiry: number): string {
  const hash = createHash("sha256").update(secret).digest("hex");
  const fingerprint = createHash("sha256").update(hash).digest("hex").slice(0, 16);
  const mac = createHmac("sha256", hash).update(`bakeoff unit\n${expiry}\n${unit}`).digest("base64url");
  return `v1.${fingerprint}.${expiry}.${mac}`;
}
