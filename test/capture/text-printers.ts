import { spawnSync } from 'node:child_process';
import { inspect } from 'node:util';

/** Text with words that look like octets, as the columns of text show it. */
const WORDS = 'cab face ad be ef 12 dead 0a 1b 99 fee d0 add bee 00 ';

/** An OFFER of so many octets, at least 300; its host name (option 12) is as long as that takes. */
export function offer(length: number): Uint8Array {
  const out = new Uint8Array(length);
  const head = '0201060039a4f7c1000300000000000000c0a83214'.replace('000300000000000000', '00030000' + '00000000');
  out.set(Buffer.from(head, 'hex'));
  out.set([2, 0, 0, 0, 0, 0xc1], 28);
  const options = Buffer.from(
    '63825363350102' +
      '3604c0a83201' +
      '330400000e10' +
      '0104ffffff00' +
      '0304c0a83201' +
      '0f0b' +
      '6c61622e6578616d706c65',
    'hex',
  );
  out.set(options, 236);
  const at = 236 + options.length;
  const name = length - at - 3;
  out[at] = 12;
  out[at + 1] = name;
  for (let i = 0; i < name; i++) out[at + 2 + i] = WORDS.charCodeAt(i % WORDS.length);
  out[length - 1] = 255;
  return out;
}

/** What a program prints of octets that it reads from its standard input. */
export function run(command: string, args: readonly string[], input: Uint8Array): string {
  const done = spawnSync(command, args, { input, encoding: 'latin1', maxBuffer: 1 << 26 });
  if (done.error) throw done.error;
  return done.stdout;
}

const octets = (bytes: Uint8Array): number[] => Array.from(bytes);
const two = (octet: number): string => octet.toString(16).padStart(2, '0');
const hexed = (bytes: Uint8Array, between = ''): string => octets(bytes).map(two).join(between);
const signed = (octet: number): number => (octet > 127 ? octet - 256 : octet);
const printed = (octet: number): string => (octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '.');

/** The octets in rows of `width`, each as `row` writes it. */
export function rows(bytes: Uint8Array, width: number, row: (part: Uint8Array, at: number) => string): string {
  const out: string[] = [];
  for (let at = 0; at < bytes.length; at += width) out.push(row(bytes.subarray(at, at + width), at));
  return `${out.join('\n')}\n`;
}

const offset = (at: number, digits: number): string => at.toString(16).padStart(digits, '0');
/** hexyl's signs for NUL, white space, other control characters and what is not ASCII. */
const hexylSign = (octet: number): string => {
  if (octet === 0) return '⋄';
  if (octet > 0x7f) return '×';
  if (octet >= 9 && octet <= 13) return '_';
  return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '•';
};
const column = (part: Uint8Array): string => octets(part).map(printed).join('');
const words = (part: Uint8Array, size: number, little: boolean, prefix = ''): string => {
  const out: string[] = [];
  for (let at = 0; at < part.length; at += size) {
    const word = octets(part.subarray(at, at + size));
    out.push(prefix + (little ? word.reverse() : word).map(two).join(''));
  }
  return out.join(' ');
};
/** The octets in a string literal, each as `escape` writes it unless it is printable. */
const literal = (bytes: Uint8Array, escape: (octet: number, next: number | undefined) => string): string =>
  octets(bytes)
    .map((octet, i) => {
      if (octet === 0x22 || octet === 0x5c) return `\\${String.fromCharCode(octet)}`;
      return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : escape(octet, bytes[i + 1]);
    })
    .join('');
const x = (octet: number): string => `\\x${two(octet)}`;
/** Octal as short as it can be: strace, Go and Perl. */
const shortOctal = (octet: number, next: number | undefined): string =>
  `\\${next !== undefined && next >= 0x30 && next <= 0x39 ? octet.toString(8).padStart(3, '0') : octet.toString(8)}`;

/** Forms in which programs print octets, as their own documentation shows them: name, and the printer. */
export const PRINTERS: readonly (readonly [name: string, print: (bytes: Uint8Array) => string])[] = [
  [
    'Node Buffer',
    (bytes) =>
      inspect(Buffer.from(bytes), { maxArrayLength: null }).replace(/<Buffer [^>]*>/, `<Buffer ${hexed(bytes, ' ')}>`),
  ],
  ['Node Uint8Array', (bytes) => inspect(Uint8Array.from(bytes), { maxArrayLength: null })],
  ['JSON of a Buffer', (bytes) => JSON.stringify(Buffer.from(bytes))],
  ['JSON of a Buffer, indented', (bytes) => JSON.stringify(Buffer.from(bytes), null, 2)],
  ['JSON of a Uint8Array', (bytes) => JSON.stringify(bytes)],
  ['JSON of a Uint8Array, indented', (bytes) => JSON.stringify(bytes, null, 1)],
  ['JSON with a string', (bytes) => JSON.stringify({ id: 7, packet: hexed(bytes) })],
  ['JSON with base64', (bytes) => JSON.stringify({ id: 7, packet: Buffer.from(bytes).toString('base64') })],
  ['JSON with escapes', (bytes) => `"${literal(bytes, (octet) => `\\u00${two(octet)}`)}"`],
  ['Go %v', (bytes) => `[${octets(bytes).join(' ')}]`],
  ['Go %x', (bytes) => hexed(bytes)],
  ['Go % X', (bytes) => hexed(bytes, ' ').toUpperCase()],
  ['Go %#x', (bytes) => `0x${hexed(bytes)}`],
  [
    'Go % #x',
    (bytes) =>
      octets(bytes)
        .map((one) => `0x${two(one)}`)
        .join(' '),
  ],
  [
    'Go %#v',
    (bytes) =>
      `[]byte{${octets(bytes)
        .map((one) => `0x${one.toString(16)}`)
        .join(', ')}}`,
  ],
  ['Go %q', (bytes) => `"${literal(bytes, x)}"`],
  [
    'Go in a log',
    (bytes) => `2024/01/02 03:04:05 dhcp: got 300 bytes from 192.168.50.1:67: [${octets(bytes).join(' ')}]`,
  ],
  [
    'spew',
    (bytes) =>
      `([]uint8) (len=${bytes.length} cap=512) {\n${rows(bytes, 16, (part, at) => ` ${offset(at, 8)}  ${hexed(part.subarray(0, 8), ' ')}  ${hexed(part.subarray(8), ' ')}`.padEnd(60) + `|${column(part)}|`)}}\n`,
  ],
  [
    'Erlang in hex',
    (bytes) =>
      `<<${octets(bytes)
        .map((one) => `16#${two(one).toUpperCase()}`)
        .join(',')}>>`,
  ],
  [
    'hexyl',
    (bytes) =>
      `┌────────┬─────────────────────────┬─────────────────────────┬────────┬────────┐\n${rows(
        bytes,
        16,
        (part, at) => {
          const halves = [part.subarray(0, 8), part.subarray(8)];
          const cells = halves.map((half) => ` ${hexed(half, ' ')}`.padEnd(25));
          const signs = halves.map((half) => octets(half).map(hexylSign).join('').padEnd(8));
          return `│${offset(at, 8)}│${cells.join('┊')}│${signs.join('┊')}│`;
        },
      )}└────────┴─────────────────────────┴─────────────────────────┴────────┴────────┘\n`,
  ],
  ['Rust {:?}', (bytes) => `[${octets(bytes).join(', ')}]`],
  [
    'Rust {:#?}',
    (bytes) =>
      `[\n${octets(bytes)
        .map((one) => `    ${one},`)
        .join('\n')}\n]`,
  ],
  ['Rust {:02x?}', (bytes) => `[${octets(bytes).map(two).join(', ')}]`],
  [
    'Rust {:x?}',
    (bytes) =>
      `[${octets(bytes)
        .map((one) => one.toString(16))
        .join(', ')}]`,
  ],
  [
    'Rust {:#04x?}',
    (bytes) =>
      `[${octets(bytes)
        .map((one) => `0x${two(one)}`)
        .join(', ')}]`,
  ],
  [
    'Rust dbg!',
    (bytes) =>
      `[src/main.rs:12:5] &packet = [\n${octets(bytes)
        .map((one) => `    ${one},`)
        .join('\n')}\n]`,
  ],
  ['Rust b""', (bytes) => `let packet = b"${literal(bytes, x)}";`],
  ['Java Arrays.toString', (bytes) => `[${octets(bytes).map(signed).join(', ')}]`],
  [
    'Java array',
    (bytes) =>
      `byte[] packet = new byte[] {${octets(bytes)
        .map((one) => (one > 127 ? `(byte) 0x${two(one)}` : `0x${two(one)}`))
        .join(', ')}};`,
  ],
  [
    'Java array, decimal casts',
    (bytes) =>
      `new byte[]{${octets(bytes)
        .map((one) => (one > 127 ? `(byte)${one}` : one))
        .join(',')}}`,
  ],
  [
    'Kotlin',
    (bytes) =>
      `byteArrayOf(${octets(bytes)
        .map((one) => `0x${two(one)}.toByte()`)
        .join(', ')})`,
  ],
  ['C# BitConverter', (bytes) => hexed(bytes, '-').toUpperCase()],
  [
    'C# array',
    (bytes) =>
      `var packet = new byte[${bytes.length}] {\n${rows(
        bytes,
        8,
        (part) =>
          `  ${octets(part)
            .map((one) => `0x${two(one).toUpperCase()}`)
            .join(', ')},`,
      )}};`,
  ],
  [
    'C array with suffixes',
    (bytes) =>
      `static uint8_t p[] = {\n${rows(
        bytes,
        12,
        (part) =>
          `  ${octets(part)
            .map((one) => `0x${two(one)}u`)
            .join(', ')},  /* ${column(part).replace(/[*/]/g, '.')} */`,
      )}};\nunsigned int p_len = ${bytes.length};`,
  ],
  [
    'C array, decimal',
    (bytes) => `unsigned char p[${bytes.length}] = {\n${rows(bytes, 16, (part) => `${octets(part).join(',')},`)}};`,
  ],
  [
    'C array with comments of offsets',
    (bytes) =>
      `char p[] = {\n${rows(
        bytes,
        8,
        (part, at) =>
          `/* ${offset(at, 4)} */ ${octets(part)
            .map((one) => `0x${two(one)}`)
            .join(', ')},`,
      )}};`,
  ],
  ['C string', (bytes) => rows(bytes, 16, (part) => `"${octets(part).map(x).join('')}"`)],
  [
    'C string with printable',
    (bytes) =>
      `char p[] = "${octets(bytes)
        .map((octet) => `\\${octet.toString(8).padStart(3, '0')}`)
        .join('')}";`,
  ],
  ['strace', (bytes) => `recvfrom(5, "${literal(bytes, shortOctal)}", 1500, 0, NULL, NULL) = ${bytes.length}\n`],
  [
    'strace -x',
    (bytes) =>
      `sendto(6, "${literal(bytes, x)}", ${bytes.length}, 0, {sa_family=AF_INET, sin_port=htons(67)}, 16) = ${bytes.length}\n`,
  ],
  [
    'strace -f -tt',
    (bytes) => `[pid  4711] 12:34:56.789012 read(5, "${octets(bytes).map(x).join('')}", 1500) = ${bytes.length}\n`,
  ],
  ['Ruby inspect', (bytes) => `"${literal(bytes, (octet) => x(octet).toUpperCase().replace('\\X', '\\x'))}"`],
  ['Perl Dumper', (bytes) => `$VAR1 = "${literal(bytes, shortOctal)}";`],
  [
    'PHP print_r',
    (bytes) =>
      `Array\n(\n${octets(bytes)
        .map((one, i) => `    [${i}] => ${one}`)
        .join('\n')}\n)\n`,
  ],
  ['PHP bin2hex', (bytes) => `string(${2 * bytes.length}) "${hexed(bytes)}"`],
  [
    'Lua',
    (bytes) =>
      `local p = "${literal(bytes, (octet, next) => `\\${next !== undefined && next >= 0x30 && next <= 0x39 ? String(octet).padStart(3, '0') : octet}`)}"`,
  ],
  ['Erlang', (bytes) => `<<${octets(bytes).join(',')}>>`],
  [
    'Swift',
    (bytes) =>
      `let p: [UInt8] = [${octets(bytes)
        .map((one) => `0x${two(one).toUpperCase()}`)
        .join(', ')}]`,
  ],
  ['NSData', (bytes) => `<${words(bytes, 4, false)}>`],
  [
    'Delphi',
    (bytes) =>
      `const P: array[0..${bytes.length - 1}] of Byte = (${octets(bytes)
        .map((one) => `$${two(one).toUpperCase()}`)
        .join(', ')});`,
  ],
  [
    'assembler with h',
    (bytes) =>
      rows(
        bytes,
        8,
        (part) =>
          `    db ${octets(part)
            .map((one) => `${/^[a-f]/.test(two(one)) ? '0' : ''}${two(one)}h`)
            .join(', ')}`,
      ),
  ],
  ['assembler .byte', (bytes) => rows(bytes, 8, (part) => `\t.byte 0x${octets(part).map(two).join(',0x')}`)],
  ['PostgreSQL bytea', (bytes) => ` id |  packet\n----+--------\n  1 | \\x${hexed(bytes)}\n(1 row)\n`],
  [
    'PostgreSQL escape',
    (bytes) =>
      `'${octets(bytes)
        .map((one) =>
          one > 0x20 && one < 0x7f && one !== 0x27 && one !== 0x5c
            ? String.fromCharCode(one)
            : `\\${one.toString(8).padStart(3, '0')}`,
        )
        .join('')}'`,
  ],
  ['MySQL', (bytes) => `INSERT INTO p VALUES (1, x'${hexed(bytes).toUpperCase()}');`],
  ['MySQL table', (bytes) => `+----+\n| packet |\n+----+\n| 0x${hexed(bytes).toUpperCase()} |\n+----+\n`],
  [
    'YAML list',
    (bytes) =>
      `packet:\n${octets(bytes)
        .map((one) => `  - ${one}`)
        .join('\n')}\n`,
  ],
  [
    'YAML !!binary',
    (bytes) =>
      `packet: !!binary |\n${Buffer.from(bytes)
        .toString('base64')
        .replace(/(.{1,76})/g, '  $1\n')}`,
  ],
  ['CSV, decimal', (bytes) => octets(bytes).join(',')],
  ['CSV, hex', (bytes) => octets(bytes).map(two).join(';')],
  [
    'one octet a line',
    (bytes) =>
      octets(bytes)
        .map((one) => `0x${two(one)}`)
        .join('\n'),
  ],
  ['base64 url', (bytes) => Buffer.from(bytes).toString('base64url')],
  [
    'base64 in lines of 64',
    (bytes) =>
      Buffer.from(bytes)
        .toString('base64')
        .replace(/(.{1,64})/g, '$1\n'),
  ],
  [
    'base64 in lines of 76, in a mail',
    (bytes) =>
      `Content-Transfer-Encoding: base64\n\n${Buffer.from(bytes)
        .toString('base64')
        .replace(/(.{1,76})/g, '$1\n')}\n`,
  ],
  [
    'percent-encoded',
    (bytes) =>
      octets(bytes)
        .map((one) => `%${two(one)}`)
        .join(''),
  ],
  [
    'percent-encoded URL',
    (bytes) =>
      `data=${octets(bytes)
        .map((one) => (/[A-Za-z0-9]/.test(printed(one)) ? printed(one) : `%${two(one).toUpperCase()}`))
        .join('')}`,
  ],
  ['hex stream in lines of 60', (bytes) => hexed(bytes).replace(/(.{1,60})/g, '$1\n')],
  ['hex stream wrapped in the middle of octets', (bytes) => hexed(bytes).replace(/(.{1,75})/g, '$1\n')],
  ['colons', (bytes) => hexed(bytes, ':')],
  ['dots', (bytes) => hexed(bytes, '.')],
  ['groups of four', (bytes) => words(bytes, 2, false)],
  ['groups of four with dots', (bytes) => words(bytes, 2, false).replace(/ /g, '.')],
  ['groups of eight in lines', (bytes) => rows(bytes, 16, (part) => words(part, 4, false))],
  [
    'rows of 16, commas',
    (bytes) =>
      rows(
        bytes,
        16,
        (part) =>
          `${octets(part)
            .map((one) => `0x${two(one)}`)
            .join(', ')},`,
      ),
  ],
  [
    'Cisco debug',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) =>
          `${offset(0x0a5b2c30 + at, 8).toUpperCase()}: ${words(part, 4, false).toUpperCase().padEnd(36)} ${octets(part)
            .map((one) => printed(one & 0x7f))
            .join('')}`,
      ),
  ],
  [
    'Cisco debug in a log',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) =>
          `*Mar  1 00:01:${String(at % 60).padStart(2, '0')}.123: ${offset(0x0a5b2c30 + at, 8).toUpperCase()}: ${words(part, 4, false).toUpperCase().padEnd(36)} ${octets(
            part,
          )
            .map((one) => printed(one & 0x7f))
            .join('')}`,
      ),
  ],
  [
    'Juniper',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) => `\t\t0x${offset(at, 4)}\t${words(part, 2, false).padEnd(39)}\t${column(part).replace(/ /g, '.')}`,
      ),
  ],
  [
    'kernel, offset',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) => `[ 1234.567${at % 900}] skb: ${offset(at, 8)}: ${hexed(part, ' ').padEnd(48)} ${column(part)}`,
      ),
  ],
  [
    'kernel, address',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) =>
          `[ 1234.567890] eth0 RX: ${offset(0x7a3b1c40 + at, 8).padStart(16, '0')}: ${hexed(part, ' ').padEnd(48)} ${column(part)}`,
      ),
  ],
  [
    'kernel, no prefix',
    (bytes) => rows(bytes, 16, (part) => `[ 1234.567890] ${hexed(part, ' ').padEnd(48)} ${column(part)}`),
  ],
  [
    'kernel, words',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) => `<7>[   12.5] dump: ${offset(at, 8)}: ${words(part.length % 4 ? part : part, 4, false)}`,
      ),
  ],
  ['ESP-IDF, octets', (bytes) => rows(bytes, 16, (part, at) => `I (${2345 + at}) dhcps: ${hexed(part, ' ')} `)],
  [
    'ESP-IDF, dump',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) =>
          `\u001b[0;32mI (${2345 + at}) dhcps: 0x${offset(0x3ffb1a40 + at, 8)}   ${`${hexed(part.subarray(0, 8), ' ').padEnd(24)} ${hexed(part.subarray(8), ' ')}`.padEnd(50)}|${column(part)}|\u001b[0m`,
      ),
  ],
  [
    'Zephyr',
    (bytes) =>
      `[00:00:12.345,000] <dbg> net_dhcpv4: send_discover: packet\n${rows(bytes, 16, (part) => `${' '.repeat(37)}${`${hexed(part.subarray(0, 8), ' ').padEnd(24)} ${hexed(part.subarray(8), ' ')}`.padEnd(49)}|${`${column(part.subarray(0, 8)).padEnd(8)} ${column(part.subarray(8))}`}`)}`,
  ],
  [
    'U-Boot md.b',
    (bytes) =>
      rows(bytes, 16, (part, at) => `${offset(0x82000000 + at, 8)}: ${hexed(part, ' ').padEnd(47)}    ${column(part)}`),
  ],
  [
    'U-Boot md.w',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) => `${offset(0x82000000 + at, 8)}: ${words(part, 2, true).padEnd(39)}    ${column(part)}`,
      ),
  ],
  [
    'LLDB',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) => `0x${offset(0x16fdff0a0 + at, 9)}: ${hexed(part, ' ').padEnd(47)}  ${column(part)}`,
      ),
  ],
  [
    'LLDB, x/8bx',
    (bytes) =>
      `(lldb) memory read -fx -s1 -c${bytes.length} buf\n${rows(
        bytes,
        8,
        (part, at) =>
          `0x${offset(0x16fdff0a0 + at, 9)}: ${octets(part)
            .map((one) => `0x${two(one)}`)
            .join(' ')}`,
      )}`,
  ],
  [
    'GDB, decimal',
    (bytes) =>
      rows(
        bytes,
        8,
        (part, at) =>
          `0x${offset(0x7fffffffe0a0 + at, 12)}${at === 0 ? ' <buf>' : ` <buf+${at}>`}:\t${octets(part).map(signed).join('\t')}`,
      ),
  ],
  [
    'GDB, octal',
    (bytes) =>
      rows(
        bytes,
        8,
        (part, at) =>
          `0x${offset(0x7fffffffe0a0 + at, 12)}${at === 0 ? ' <buf>' : ` <buf+${at}>`}:\t${octets(part)
            .map((one) => (one === 0 ? '0' : `0${one.toString(8)}`))
            .join('\t')}`,
      ),
  ],
  [
    'GDB print',
    (bytes) =>
      `$1 = {${octets(bytes)
        .map((one) => `0x${one.toString(16)}`)
        .join(', ')}}`,
  ],
  [
    'WinDbg db',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) =>
          `00000000\`${offset(0x0012f8a0 + at, 8)}  ${hexed(part.subarray(0, 8), ' ')}${part.length > 8 ? '-' : ''}${hexed(part.subarray(8), ' ')}`.padEnd(
            67,
          ) + `  ${column(part)}`,
      ),
  ],
  [
    'DEBUG.COM',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) =>
          `1234:${offset(0x100 + at, 4).toUpperCase()}  ${hexed(part.subarray(0, 8), ' ').toUpperCase()}${part.length > 8 ? '-' : ''}${hexed(part.subarray(8), ' ').toUpperCase()}`.padEnd(
            61,
          ) + `  ${column(part)}`,
      ),
  ],
  [
    'certutil -encodehex',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) =>
          `${offset(at, 4)}\t${`${hexed(part.subarray(0, 8), ' ')}  ${hexed(part.subarray(8), ' ')}`.padEnd(48)}   ${column(part)}`,
      ),
  ],
  [
    'Format-Hex',
    (bytes) =>
      `\n\n           Path: C:\\p.bin\n\n           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n\n${rows(bytes, 16, (part, at) => `${offset(at, 8).toUpperCase()}   ${hexed(part, ' ').toUpperCase().padEnd(47)}  ${column(part)}`)}`,
  ],
  [
    'Format-Hex 7',
    (bytes) =>
      `\n   Label: String (System.Byte[]) <1A2B>\n\n          Offset Bytes                                           Ascii\n                 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n          ------ ----------------------------------------------- -----\n${rows(bytes, 16, (part, at) => `${offset(at, 16).toUpperCase()} ${hexed(part, ' ').toUpperCase().padEnd(47)} ${column(part)}`)}`,
  ],
  [
    'pktmon',
    (bytes) =>
      `03:04:05.123456789 PktGroupId 1, PktNumber 1, Appearance 1, Direction Rx, Type Ethernet\n${rows(bytes, 16, (part, at) => `\t0x${offset(at, 4)}:  ${words(part, 2, false).padEnd(39)}  ${column(part)}`)}`,
  ],
  [
    'snoop -x',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) => `${String(at).padStart(12)}: ${words(part, 2, false).padEnd(39)}    ${column(part)}`,
      ),
  ],
  [
    'ipreport',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) => `${offset(at, 8)}     ${words(part, 4, false).padEnd(36)}|${column(part).padEnd(16)}|`,
      ),
  ],
  [
    'ASCII without padding',
    (bytes) => rows(bytes, 16, (part, at) => `${offset(at, 4)}: ${hexed(part, ' ')}  ${column(part)}`),
  ],
  [
    'MikroTik',
    (bytes) =>
      rows(
        bytes,
        16,
        (part, at) =>
          `     ${offset(at, 4)}: ${hexed(part.subarray(0, 8), ' ').padEnd(23)}  ${hexed(part.subarray(8), ' ').padEnd(23)} |${column(part)}|`,
      ),
  ],
  [
    'offset with pipe',
    (bytes) => rows(bytes, 16, (part, at) => `0x${offset(at, 4)} | ${hexed(part, ' ').padEnd(47)} | ${column(part)}`),
  ],
  [
    'offset in brackets',
    (bytes) => rows(bytes, 16, (part, at) => `[${offset(at, 4)}] ${hexed(part, ' ').padEnd(47)}  ${column(part)}`),
  ],
  ['offset with two colons', (bytes) => rows(bytes, 16, (part, at) => ` ${offset(at, 4)} :: ${hexed(part, ' ')} `)],
  [
    'decimal offset without colon',
    (bytes) => rows(bytes, 10, (part, at) => `${String(at).padStart(5, '0')}  ${hexed(part, ' ')}`),
  ],
  ['rows of 8 with offset', (bytes) => rows(bytes, 8, (part, at) => `${offset(at, 4)}: ${hexed(part, ' ')}`)],
  ['rows of 20', (bytes) => rows(bytes, 20, (part) => hexed(part, ' '))],
  ['rows of 32 unbroken with offset', (bytes) => rows(bytes, 32, (part, at) => `${offset(at, 6)}: ${hexed(part)}`)],
  ['tabs', (bytes) => rows(bytes, 16, (part, at) => `${offset(at, 4)}\t${hexed(part, '\t')}`)],
];

/** Programs that print what they read: name, program, and its arguments. */
export const PROGRAMS: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ...[
    [],
    ['-g1'],
    ['-g4'],
    ['-u'],
    ['-c', '8'],
    ['-c', '32'],
    ['-d'],
    ['-a'],
    ['-p'],
    ['-ps', '-c', '40'],
    ['-i'],
    ['-b'],
    ['-e'],
    ['-e', '-g2'],
    ['-e', '-g8'],
    ['-o', '4096'],
    ['-g8'],
    ['-g3'],
    ['-E'],
  ].map((args) => [`xxd ${args.join(' ')}`, 'xxd', args] as const),
  ...[
    ['-C'],
    [],
    ['-x'],
    ['-b'],
    ['-o'],
    ['-d'],
    ['-c'],
    ['-v'],
    ['-e', '16/1 "%02x " "\\n"', '-v'],
    ['-e', '"%08.8_ax  " 8/1 "%02x " "\\n"'],
  ].map((args) => [`hexdump ${args.join(' ')}`, 'hexdump', args] as const),
  ...[
    '-tx1',
    '-tx1z',
    '-Ad -tx1',
    '-Ax -tx1z',
    '-An -v -tx1',
    '-tx2',
    '',
    '-x',
    '-b',
    '-c',
    '-to1',
    '-tu1',
    '-td1',
    '-Ad -tu1',
    '-tx4',
    '-tx8',
    '-Ax -tx2 --endian=big',
    '-w8 -tx1',
    '-w32 -tx1z',
    '-v -Ax -tx1',
    '-tx4z --endian=big',
  ].map((args) => [`od ${args}`, 'od', args.split(' ').filter(Boolean)] as const),
  ['hd', 'hd', []],
  ['Python repr', 'python3', ['-c', 'import sys; print(sys.stdin.buffer.read())']],
  ['Python bytearray', 'python3', ['-c', 'import sys; print(repr(bytearray(sys.stdin.buffer.read())))']],
  ['Python list', 'python3', ['-c', 'import sys; print(list(sys.stdin.buffer.read()))']],
  ['Python hex', 'python3', ['-c', 'import sys; print(sys.stdin.buffer.read().hex(":"))']],
  ['Python hex list', 'python3', ['-c', 'import sys; print([hex(x) for x in sys.stdin.buffer.read()])']],
  ['Python pprint', 'python3', ['-c', 'import sys,pprint; pprint.pprint(sys.stdin.buffer.read())']],
  ['Python array', 'python3', ['-c', 'import sys,array; print(array.array("B", sys.stdin.buffer.read()))']],
  [
    'Python base64',
    'python3',
    ['-c', 'import sys,base64; print(base64.encodebytes(sys.stdin.buffer.read()).decode())'],
  ],
  [
    'Python quoted-printable',
    'python3',
    ['-c', 'import sys,quopri; print(quopri.encodestring(sys.stdin.buffer.read()).decode())'],
  ],
  [
    'Python URL',
    'python3',
    ['-c', 'import sys,urllib.parse; print(urllib.parse.quote_from_bytes(sys.stdin.buffer.read()))'],
  ],
  ['Perl unpack', 'perl', ['-e', 'undef $/; print unpack("H*", <STDIN>), "\\n"']],
  ['Perl Dumper', 'perl', ['-MData::Dumper', '-e', 'undef $/; $Data::Dumper::Useqq = 1; print Dumper(scalar <STDIN>)']],
  ['Perl vector', 'perl', ['-e', 'undef $/; printf("%vd\\n", <STDIN>)']],
];
