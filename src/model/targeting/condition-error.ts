/** Why a targeting condition is refused. Stable: clients may branch on them. */
export type ConditionErrorCode =
  | "unknown_operator"
  | "saved_groups_unsupported"
  | "invalid_pattern"
  | "super_linear_pattern"
  | "wrong_operand"
  | "too_costly";

/** One reason why a targeting condition is refused. */
export interface ConditionError {
  /** From the condition's root to the operator or attribute that is meant. */
  path: readonly PropertyKey[];
  code: ConditionErrorCode;
  message: string;
}
