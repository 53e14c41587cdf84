import { MacTable } from './macTable';

/** Who was the first to hold an address. */
export class Holders {
  private readonly least: number = 0;
  /** By address from `least` on, or by its number in `table`: its holder + 1. */
  private readonly holders: Uint32Array;
  /** Numbers the addresses, where they lie too far apart to be numbers themselves. */
  private readonly table: MacTable | undefined;

  constructor(addresses: Uint32Array) {
    let least = 0xffffffff;
    let most = 0;
    for (let i = 0; i < addresses.length; i++) {
      const address = addresses[i]!;
      if (address < least) least = address;
      if (address > most) most = address;
    }
    // Pools are dense as a rule.
    if (most - least < 4 * addresses.length + 1024) {
      this.least = least;
      this.holders = new Uint32Array(most - least + 1);
    } else {
      this.table = new MacTable(addresses.length);
      this.holders = new Uint32Array(addresses.length);
    }
  }

  /** The client that held one of the addresses first: this one, where nobody did. */
  holderOf(address: number, client: number): number {
    const place = this.table ? this.table.numberOf(0, address) : address - this.least;
    const holder = this.holders[place]!;
    if (holder !== 0) return holder - 1;
    this.holders[place] = client + 1;
    return client;
  }
}
