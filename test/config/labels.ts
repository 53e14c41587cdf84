/** Which of our findings say what a labelled fault of the shared configurations is. */
export const FITTING: Readonly<Record<string, readonly string[]>> = {
  'invalid-mask': ['invalid-subnet-mask'],
  'invalid-prefix-length': ['invalid-subnet-mask', 'wrong-type'],
  'broadcast-wrong': ['broadcast-address-mismatch'],
  't1-after-t2': ['timer-order'],
  't2-after-lease': ['timer-order'],
  'max-lease-below-default': ['lease-time-order'],
  'lease-time-absurd': ['short-lease', 'long-lease'],
  'option-wrong-type': ['option-wrong-type', 'wrong-type'],
  'missing-closing-brace': ['syntax'],
  'range-includes-router': ['pool-includes-router'],
  'range-includes-broadcast': ['pool-includes-broadcast'],
  'helper-address-self': ['relay-to-itself'],
  'excluded-empties-pool': ['pool-emptied'],
  'unresolved-placeholder': ['unresolved-placeholder', 'wrong-type', 'syntax'],
};
