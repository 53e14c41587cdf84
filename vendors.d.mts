export function shortName(name: string): string;
export function vendorTable(listing: Readonly<Record<string, string>>): string;
