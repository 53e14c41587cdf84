import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs a program to its end and gives what it printed, whatever its exit status. */
export function output(
  program: string,
  args: readonly string[],
): Promise<{ stdout: string; stderr: string; status: number }> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 1 << 30, encoding: 'latin1' }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(new Error(error.message, { cause: error }));
      else resolve({ stdout, stderr, status: typeof error?.code === 'number' ? error.code : 0 });
    });
  });
}

/**
 * The values of `fields` in the frames that match `filter`, a record a frame: every occurrence of each field. Checksums and
 * reassembly are as Wireshark has them by default.
 */
export async function tsharkFields(
  file: string,
  filter: string,
  fields: readonly string[],
): Promise<Map<string, string[]>[]> {
  const args = [
    '-r',
    file,
    '-n',
    '-Y',
    filter,
    '-T',
    'fields',
    '-E',
    'separator=/t',
    '-E',
    'occurrence=a',
    '-E',
    'aggregator=;',
  ];
  const { stdout } = await output('tshark', [...args, ...fields.flatMap((field) => ['-e', field])]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const columns = line.split('\t');
      return new Map(fields.map((field, i) => [field, (columns[i] ?? '') === '' ? [] : columns[i]!.split(';')]));
    });
}

/** A line of the corpus' index. */
export interface CorpusFile {
  readonly path: string;
  readonly format: string;
  readonly packets: number;
  readonly dhcp: number;
  readonly dhcpv6: number;
  readonly rarp: number;
  readonly icmp: number;
}

/** The corpus' index. */
export function corpusFiles(folder: string): CorpusFile[] {
  const [head, ...lines] = readFileSync(join(folder, 'INDEX.tsv'), 'utf8').trimEnd().split('\n');
  const names = head!.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    const cell = (name: string): string => cells[names.indexOf(name)] ?? '';
    return {
      path: join(folder, cell('path')),
      format: cell('format'),
      packets: Number(cell('packets')) || 0,
      dhcp: Number(cell('dhcp')) || 0,
      dhcpv6: Number(cell('dhcpv6')) || 0,
      rarp: Number(cell('rarp')) || 0,
      icmp: Number(cell('icmp')) || 0,
    };
  });
}

/** Does `work` on every item, `width` of them at a time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}
