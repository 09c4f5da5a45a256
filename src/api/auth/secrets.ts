/** Below this a secret can be guessed. */
export const MINIMUM_SECRET_LENGTH = 32;

/** Longer than this no API key is taken. */
export const MAXIMUM_SECRET_LENGTH = 200;

const REQUIRED_SECRETS = ["BAKEOFF_ADMIN_KEY", "BAKEOFF_UNIT_KEY"] as const;

/** What is wrong with a secret, in words that follow its name; undefined when nothing is. */
export function secretProblem(secret: unknown): string | undefined {
  if (secret === undefined) return "is not set";
  if (typeof secret !== "string") return "is no text";
  if (secret === "") return "is empty";
  if (!/^[\x21-\x7e]*$/.test(secret)) return "may hold letters, digits and signs only, without spaces";
  if (secret.length < MINIMUM_SECRET_LENGTH) return `is shorter than ${MINIMUM_SECRET_LENGTH} characters`;
  if (secret.length > MAXIMUM_SECRET_LENGTH) return `is longer than ${MAXIMUM_SECRET_LENGTH} characters`;
  return undefined;
}

/** What is wrong with the secrets of an installation, one sentence each; no secret is part of it. */
export function secretProblems(environment: object): string[] {
  return REQUIRED_SECRETS.flatMap((name) => {
    const problem = secretProblem(Reflect.get(environment, name));
    return problem === undefined ? [] : [`${name} ${problem}.`];
  });
}
