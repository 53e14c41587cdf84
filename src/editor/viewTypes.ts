/** The editor for capture files: by default for names that only captures have, offered by *Reopen with…* for others. */
export const VIEW_TYPES = { byDefault: 'port67.capture', byChoice: 'port67.captureByChoice' } as const;

/** Names of files that open in it by default. */
export const BY_DEFAULT = /\.(pcap|pcapng|ntar|(pcap|pcapng|cap|snoop)\.gz|cap|snoop)$/i;
