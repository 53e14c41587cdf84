import type { Character } from './kinds';
import { IdForm, type Digests } from './digest';
import { roomFor } from './macTable';

/** Owner of an end of client identifiers that is no routine client. */
const NOBODY = -1;

/** How routine clients name themselves (RFC 2131 §4.2: by option 61, else by chaddr). */
export class ClientIds {
  /** By client: 0 not known yet; else its `IdForm`; and a message in which it named itself. */
  private forms = new Uint8Array(64);
  private at = new Uint32Array(64);
  /** By the end of an identifier: who has it. */
  private readonly ends = new Map<string, number>();

  /** `unusual`: told of a client that may be the same as another one. */
  constructor(
    private readonly digests: Digests,
    private readonly unusual: (client: number) => void,
  ) {}

  /** Makes room for a client. */
  growTo(client: number): void {
    this.forms = roomFor(this.forms, client);
    this.at = roomFor(this.at, client);
  }

  formOf(client: number): IdForm | 0 {
    return this.forms[client]!;
  }

  /** Whether the client names itself in message `i` as it did before. */
  isKnownAs(client: number, i: number, character: Character): boolean {
    const { id } = character.kind;
    const { digests } = this;
    if (this.forms[client] === 0) {
      this.forms[client] = id;
      this.at[client] = i;
      return id !== IdForm.Own || this.claim(digests.idEnd(i), client);
    }
    if (this.forms[client] !== id) return false;
    return id !== IdForm.Own || (digests.sameId(i, this.at[client]!) && this.claim(digests.idEnd(i), client));
  }

  /** Whoever has this end of an identifier is not routine. */
  spoil(end: string): void {
    this.claim(end, NOBODY);
  }

  /** Two clients whose identifiers end alike may be one: neither is routine. False where somebody else had that end. */
  private claim(end: string, client: number): boolean {
    const owner = this.ends.get(end);
    if (owner === client) return true;
    if (owner === undefined) {
      this.ends.set(end, client);
      return true;
    }
    if (owner !== NOBODY) this.unusual(owner);
    this.ends.set(end, NOBODY);
    return false;
  }
}
