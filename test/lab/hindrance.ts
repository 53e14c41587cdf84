import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PACKAGES } from './programs';

/** Why the lab cannot run here, or nothing. */
export function hindrance(): string | undefined {
  if (process.getuid?.() !== 0) return 'The lab makes network namespaces, and needs root for that.';
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const missing = Object.entries(PACKAGES).filter(([name]) => !folders.some((dir) => existsSync(join(dir, name))));
  if (!missing.length) return undefined;
  return `The lab needs Debian’s ${missing.map(([, name]) => name).join(', ')} (for ${missing.map(([name]) => name).join(', ')}).`;
}
