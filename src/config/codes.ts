import type { Report } from './report';
import type { Span } from './source';

/** What is said of the code of a DHCPv4 option that does not fit into its one octet. */
export const codeTooLarge = (code: number, span: Span): Report => ({
  id: 'unknown-option',
  severity: 'warning',
  refused: false,
  span,
  title: `No option ${code}`,
  explanation: `The code of a DHCPv4 option is one octet, so there is no option ${code}: what is sent has another code (${code & 0xff}), or nothing is sent.`,
});
