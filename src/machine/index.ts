export { COMMANDS, typed } from './commands';
export { examine } from './examine';
export type { MachineFinding, MachineReport, Platform, Recorded } from './model';
