/*
 * What the Worker uses of Node's own modules, which `nodejs_compat` provides. The types of Node as a whole would let code
 * compile here that needs files. Only this folder's tsconfig reads this file; tests have Node's own types.
 */

interface NodeBytes extends Uint8Array<ArrayBuffer> {
  subarray(start?: number, end?: number): NodeBytes;
  toString(encoding?: "base64" | "base64url" | "hex" | "utf8"): string;
}

declare const Buffer: {
  from(text: string, encoding: "base64" | "base64url" | "hex" | "utf8"): NodeBytes;
  /** Of the same memory. */
  from(memory: ArrayBufferLike, offset: number, length: number): NodeBytes;
  byteLength(text: string): number;
};

declare module "node:crypto" {
  interface Digest {
    update(data: string | Uint8Array): Digest;
    digest(): NodeBytes;
    digest(encoding: "hex"): string;
  }
  interface Decipher {
    setAuthTag(tag: Uint8Array): void;
    update(data: Uint8Array, inputEncoding: undefined, outputEncoding: "utf8"): string;
    final(outputEncoding: "utf8"): string;
  }
  export function createHash(algorithm: "sha256"): Digest;
  export function createHmac(algorithm: "sha256", key: string): Digest;
  export function createDecipheriv(algorithm: "aes-256-gcm", key: Uint8Array, iv: Uint8Array): Decipher;
  export function timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean;
}

declare module "node:async_hooks" {
  export class AsyncLocalStorage<Store> {
    run<Value>(store: Store, work: () => Value): Value;
    getStore(): Store | undefined;
  }
}

declare module "node:zlib" {
  /** @throws where the bytes are damaged, or unpack to more than `maxOutputLength` */
  export function gunzipSync(
    bytes: Uint8Array,
    options: { maxOutputLength: number },
  ): Uint8Array<ArrayBuffer>;
  /** @throws as `gunzipSync` does */
  export function inflateRawSync(bytes: Uint8Array, options: { maxOutputLength: number }): NodeBytes;
  export function deflateRawSync(text: string): NodeBytes;
}
