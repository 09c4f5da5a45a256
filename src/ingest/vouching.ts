import type { LedgerName, Source } from "#ledger/source.ts";
import type { RulesetExperiment, RulesetKey } from "#model/config/ruleset.ts";
import { isPublicScope, type KeyScope } from "#model/key/api-key.ts";
import { failure } from "#shared/result.ts";
import type { IngestContext } from "./ingest-context.ts";
import { mayVouch, type Placed } from "./key-bounds.ts";
import { checkUnitToken, type SigningKeys, type TokenError } from "./unit-token.ts";

/** By which way a request came: what decides who vouches for the units in it. */
export interface Evidence {
  scope: KeyScope;
  /** The id of the API key, as the event log keeps it. */
  key: string;
  /** The AI configs that the key is bound to; null for all. */
  configs: readonly string[] | null;
  isQuarantined: boolean;
  /** The token of the request, for entries without one of their own. */
  unitToken: string | undefined;
}

export function evidenceOf({ caller, key, unitToken }: IngestContext): Evidence {
  return {
    scope: caller.scope,
    // Who signed in is named in no event log.
    key: key?.id ?? (caller.source === "access" ? "access" : "admin"),
    configs: key?.configs ?? null,
    isQuarantined: (key?.quarantinedFrom ?? null) !== null,
    unitToken,
  };
}

/** What an observation brings for its unit. */
export interface Credentials {
  token?: string | undefined;
  /** The key that made the handle which names the unit. */
  handleKey?: RulesetKey | undefined;
}

/** Who vouches for the unit of an observation, and where it is counted. */
export interface Vouching {
  source: Source;
  ledger: LedgerName;
  /** Why the token that came with it does not vouch for it. */
  tokenError: TokenError | "missing" | undefined;
}

/**
 * Settles who vouches for a unit. Keys of scope `client` are public: whoever has one can name any unit, so their word counts
 * only with a token or a handle that the app's server has made for that unit, or where the experiment admits it.
 * @param now epoch milliseconds
 */
export function vouchFor(
  unit: string,
  experiment: Placed & Pick<RulesetExperiment, "unvouched">,
  { scope, key, unitToken }: Evidence,
  { token, handleKey }: Credentials,
  ruleset: SigningKeys,
  now: number,
): Vouching {
  if (!isPublicScope(scope)) {
    return { source: { key, vouchedBy: "key" }, ledger: "deciding", tokenError: undefined };
  }
  const given = token ?? unitToken;
  if (handleKey !== undefined && mayVouch(handleKey, experiment, now)) {
    const source: Source = { key, vouchedBy: "token", signedBy: handleKey.id };
    return { source, ledger: "deciding", tokenError: undefined };
  }
  const signer =
    given === undefined ? failure("missing" as const) : checkUnitToken(given, unit, experiment, ruleset, now);
  if (signer.ok) {
    const source: Source = { key, vouchedBy: "token", signedBy: signer.value };
    return { source, ledger: "deciding", tokenError: undefined };
  }
  const ledger = experiment.unvouched === "admit" ? "deciding" : "unvouched";
  return { source: { key, vouchedBy: "nobody" }, ledger, tokenError: signer.error };
}

const REASONS: Record<TokenError | "missing", string> = {
  missing: "without a token",
  malformed: "with a token that is none",
  unknown_key: "with a token of no server key that may vouch for them",
  expired: "with an expired token",
  not_of_this_unit: "with a token of another unit",
};

/** What a receipt says of entries that decide nothing: one warning per experiment and reason. */
export function warningsOfUnvouched(
  entries: readonly { experiment: RulesetExperiment; vouching: Vouching }[],
): { code: string; message: string }[] {
  const messages = entries.flatMap(({ experiment, vouching: { ledger, tokenError } }) =>
    ledger === "deciding" || tokenError === undefined
      ? []
      : `Units of '${experiment.key}' came by a client key ${REASONS[tokenError]}: what is said of them is kept and shown beside the results, and decides nothing.`,
  );
  return [...new Set(messages)].map((message) => ({ code: "unvouched", message }));
}
