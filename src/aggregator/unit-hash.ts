import { createHash } from "node:crypto";
import { readFormerUnitKeys } from "#config";
import { keyedHash } from "./keyed-hash.ts";

/** Units whose hashes an isolate remembers: the newest so many, and as many before them. */
const UNITS_PER_GENERATION = 10_000;

const ID_CHARACTERS = 16;

/** What a secret is known by where it may not be: says nothing of it, and is no unit's hash. */
function idOf(secret: string): string {
  return createHash("sha256").update(`bakeoff unit key\n${secret}`).digest("hex").slice(0, ID_CHARACTERS);
}

class RememberedHashes {
  readonly id: string;
  readonly #hash: (unit: string) => string;
  #newer = new Map<string, string>();
  #older = new Map<string, string>();

  constructor(secret: string) {
    this.id = idOf(secret);
    this.#hash = keyedHash(secret);
  }

  of(unit: string): string {
    const known = this.#newer.get(unit) ?? this.#older.get(unit);
    if (known !== undefined) return known;
    const hash = this.#hash(unit);
    if (this.#newer.size >= UNITS_PER_GENERATION) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(unit, hash);
    return hash;
  }
}

/** Units by their keyed hashes, the only form in which they are ever stored. */
export interface UnitHashes {
  /** The id of the secret for experiments that start now. */
  readonly currentId: string;
  /** The id of the secret for experiments from before ids were noted: of the oldest one. Undefined where former ones cannot be read. */
  readonly oldestId: string | undefined;
  /** The ids of all secrets that the installation has. */
  readonly ids: readonly string[];
  /**
   * @param keyId by which secret an experiment's units are hashed; null for the oldest one
   * @returns 22 characters of base64url: 128 bits of HMAC-SHA-256, so that neither the database nor its exports reveal who took
   *   part, and no two units ever meet. Undefined where the secret is gone: then nobody may be counted
   */
  of(unit: string, keyId: string | null): string | undefined;
}

class Hashes implements UnitHashes {
  readonly secret: string;
  readonly former: unknown;
  readonly oldestId: string | undefined;
  readonly #current: RememberedHashes;
  readonly #all: ReadonlyMap<string, RememberedHashes>;

  constructor(secret: string, former: unknown, formerSecrets: readonly string[] | undefined) {
    this.secret = secret;
    this.former = former;
    const all = [secret, ...(formerSecrets ?? [])].map((one) => new RememberedHashes(one));
    this.#all = new Map(all.map((hashes) => [hashes.id, hashes]));
    this.#current = all[0] ?? new RememberedHashes(secret);
    this.oldestId = formerSecrets && all.at(-1)?.id;
  }

  get currentId(): string {
    return this.#current.id;
  }

  get ids(): string[] {
    return [...this.#all.keys()];
  }

  of(unit: string, keyId: string | null): string | undefined {
    const id = keyId ?? this.oldestId;
    if (id === this.#current.id) return this.#current.of(unit);
    return id === undefined ? undefined : this.#all.get(id)?.of(unit);
  }
}

let remembered: Hashes | undefined;

/** The hashes of an installation's units. Remembered by an isolate as long as the secrets are the same. */
export function unitHashesOf(environment: Pick<Env, "BAKEOFF_UNIT_KEY">): UnitHashes {
  const secret = environment.BAKEOFF_UNIT_KEY;
  const former: unknown = Reflect.get(environment, "BAKEOFF_FORMER_UNIT_KEYS");
  if (remembered?.secret !== secret || remembered.former !== former)
    remembered = new Hashes(secret, former, readFormerUnitKeys(environment));
  return remembered;
}
