/** The editor for captures. It is the default for names that only captures have, and *Reopen with…* offers it for others. */
export const VIEW_TYPES = { byDefault: 'port67.capture', byChoice: 'port67.captureByChoice' } as const;

/** File names that open in it by default. */
export const BY_DEFAULT = /\.(pcap|pcapng|ntar|(pcap|pcapng|cap|snoop)\.gz|cap|snoop)$/i;

/** The lease table, opened by *Reopen with…* or the command *Show leases as a table*. */
export const LEASES_VIEW_TYPE = 'port67.leases';
