/** The editor for capture files: by default for `.pcap` and `.pcapng`, offered by *Reopen with…* for other names. */
export const VIEW_TYPES = { byDefault: 'port67.capture', byChoice: 'port67.captureByChoice' } as const;
/** The table of leases: offered by *Reopen with…*, and by the command *Show leases as a table*. */
export const LEASES_VIEW_TYPE = 'port67.leases';
