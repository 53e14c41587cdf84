/** Writes src/codec/OPTIONS.md: tsx test/codec/table/generate.ts [--ask]. With --ask it asks the tshark here first, and keeps what it says. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { knowledge, TABLE, tableText, WIRESHARK } from './table';
import { askTshark } from './wireshark';

async function main(): Promise<void> {
  const options = (await resolveConfig(fileURLToPath(TABLE))) ?? {};
  if (process.argv.includes('--ask')) {
    const asked = JSON.stringify(await askTshark());
    writeFileSync(WIRESHARK, await format(asked, { ...options, parser: 'json' }));
  }
  writeFileSync(TABLE, await format(tableText(knowledge()), { ...options, parser: 'markdown' }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
