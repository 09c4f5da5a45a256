import { createHmac } from "node:crypto";

/*
 * HMAC-SHA-256 of short texts, many a second. Node's own takes several microseconds for each, mostly to make objects and to
 * cross into native code; here the key is prepared once and a text takes two compressions.
 * @see FIPS 180-4 (SHA-256), RFC 2104 (HMAC)
 */

const BLOCK_BYTES = 64;
const BLOCK_WORDS = 16;
const STATE_WORDS = 8;
const ROUNDS = 64;

/** A block also holds the bit 1 behind the text, and the length of all that was hashed. */
const LONGEST_ONE_BLOCK_TEXT = BLOCK_BYTES - 9;

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes;
}

/** The first 32 bits of the fractional part. */
function fractionBits(value: number): number {
  return ((value - Math.floor(value)) * 0x1_0000_0000) | 0;
}

const PRIMES = firstPrimes(ROUNDS);
const ROUND_CONSTANTS = Int32Array.from(PRIMES, (prime) => fractionBits(Math.cbrt(prime)));
const INITIAL_STATE = Int32Array.from(PRIMES.slice(0, STATE_WORDS), (prime) =>
  fractionBits(Math.sqrt(prime)),
);

const schedule = new Int32Array(ROUNDS);

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** One step of SHA-256. @param state is changed @param block sixteen words */
function compress(state: Int32Array, block: Int32Array): void {
  const w = schedule;
  for (let index = 0; index < BLOCK_WORDS; index++) w[index] = block[index] ?? 0;
  for (let index = BLOCK_WORDS; index < ROUNDS; index++) {
    const early = w[index - 15] ?? 0;
    const late = w[index - 2] ?? 0;
    const small = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const large = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    w[index] = ((w[index - 16] ?? 0) + small + (w[index - 7] ?? 0) + large) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let index = 0; index < ROUNDS; index++) {
    const choice = (e & f) ^ (~e & g);
    const sumE = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + sumE + choice + (ROUND_CONSTANTS[index] ?? 0) + (w[index] ?? 0)) | 0;
    const sumA = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (sumA + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = ((state[0] ?? 0) + a) | 0;
  state[1] = ((state[1] ?? 0) + b) | 0;
  state[2] = ((state[2] ?? 0) + c) | 0;
  state[3] = ((state[3] ?? 0) + d) | 0;
  state[4] = ((state[4] ?? 0) + e) | 0;
  state[5] = ((state[5] ?? 0) + f) | 0;
  state[6] = ((state[6] ?? 0) + g) | 0;
  state[7] = ((state[7] ?? 0) + h) | 0;
}

const block = new Int32Array(BLOCK_WORDS);
const inner = new Int32Array(STATE_WORDS);
const outer = new Int32Array(STATE_WORDS);

/** Begins the last block of a message: the text, the bit behind it and the length. @returns false for one that is no short ASCII */
function fillBlock(text: string): boolean {
  const { length } = text;
  if (length > LONGEST_ONE_BLOCK_TEXT) return false;
  block.fill(0);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return false;
    block[index >> 2] = (block[index >> 2] ?? 0) | (code << (24 - 8 * (index & 3)));
  }
  block[length >> 2] = (block[length >> 2] ?? 0) | (0x80 << (24 - 8 * (length & 3)));
  block[BLOCK_WORDS - 1] = (BLOCK_BYTES + length) * 8;
  return true;
}

function stateAfterKey(key: Uint8Array, pad: number): Int32Array {
  const words = new Int32Array(BLOCK_WORDS);
  for (let index = 0; index < BLOCK_BYTES; index++)
    words[index >> 2] = (words[index >> 2] ?? 0) | (((key[index] ?? 0) ^ pad) << (24 - 8 * (index & 3)));
  const state = Int32Array.from(INITIAL_STATE);
  compress(state, words);
  return state;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The first 128 bits of a state in base64url: 22 characters. */
function toBase64Url(state: Int32Array): string {
  let text = "";
  for (let bit = 0; bit < 132; bit += 6) {
    const word = bit >> 5;
    const offset = bit & 31;
    const high = (state[word] ?? 0) << offset;
    const low = offset > 26 && word < 3 ? (state[word + 1] ?? 0) >>> (32 - offset) : 0;
    const digit = ((high | low) >>> 26) & 63;
    // Of the last digit only two bits are left.
    text += DIGITS[bit === 126 ? digit & 48 : digit];
  }
  return text;
}

/**
 * A function from texts to the first 128 bits of their HMAC-SHA-256.
 * @param secret of at most 64 bytes in UTF-8 it is prepared once; with a longer one everything is left to Node
 * @returns 22 characters of base64url
 */
export function keyedHash(secret: string): (text: string) => string {
  const slowly = (text: string) =>
    createHmac("sha256", secret).update(text).digest().subarray(0, 16).toString("base64url");
  const key = new TextEncoder().encode(secret);
  if (key.length > BLOCK_BYTES) return slowly;
  const innerStart = stateAfterKey(key, 0x36);
  const outerStart = stateAfterKey(key, 0x5c);
  return (text) => {
    if (!fillBlock(text)) return slowly(text);
    inner.set(innerStart);
    compress(inner, block);
    block.fill(0);
    block.set(inner);
    block[STATE_WORDS] = 0x80 << 24;
    block[BLOCK_WORDS - 1] = (BLOCK_BYTES + 4 * STATE_WORDS) * 8;
    outer.set(outerStart);
    compress(outer, block);
    return toBase64Url(outer);
  };
}
