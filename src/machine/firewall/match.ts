/** Whether a packet matches a condition. `maybe`: it depends on the interface, the sender, or something not in the rules. */
export type Match = 'yes' | 'no' | 'maybe';

export const both = (a: Match, b: Match): Match =>
  a === 'no' || b === 'no' ? 'no' : a === 'yes' && b === 'yes' ? 'yes' : 'maybe';
export const not = (match: Match): Match => (match === 'yes' ? 'no' : match === 'no' ? 'yes' : 'maybe');
