import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Octets, Pcapng } from './build';
import { collect, sample } from './collect';

const TICKS = 1700000000123456n;

describe('pcapng', () => {
  it('reads packets with time, length and comment', () => {
    for (const little of [true, false]) {
      const file = new Pcapng(little)
        .section([
          [1, 'of the file'],
          [4, 'dumpcap'],
        ])
        .interface(1, 128, [
          [2, 'eth0'],
          [3, 'uplink'],
          [1, 'of the interface'],
          [11, Uint8Array.of(0, 0x75, 0x64, 0x70)],
        ])
        .packet(sample(61, 1), {
          ticks: TICKS,
          wire: 342,
          options: [
            [1, 'first'],
            [2, Uint8Array.of(0, 0, 0, 1)],
            [1, 'second'],
          ],
        })
        .packet(sample(64, 2), { ticks: TICKS + 1n })
        .done();
      const { frames, summary } = collect(file);
      assert.deepEqual(
        frames.map((frame) => ({ ...frame, octets: frame.octets.length, fileOffset: frame.fileOffset })),
        [
          {
            number: 1,
            octets: 61,
            fileOffset: frames[0]!.fileOffset,
            wireLength: 342,
            linkType: 1,
            interface: 0,
            seconds: 1700000000,
            nanoseconds: 123456000,
            timed: true,
            comment: 'first\nsecond',
          },
          {
            number: 2,
            octets: 64,
            fileOffset: frames[0]!.fileOffset + 64 + 36 + 4 + 28,
            wireLength: 64,
            linkType: 1,
            interface: 0,
            seconds: 1700000000,
            nanoseconds: 123457000,
            timed: true,
            comment: undefined,
          },
        ],
      );
      assert.deepEqual(frames[0]!.octets, sample(61, 1));
      assert.deepEqual(file.subarray(frames[1]!.fileOffset, frames[1]!.fileOffset + 64), sample(64, 2));
      assert.deepEqual(summary.comments, ['of the file']);
      assert.equal(summary.application, 'dumpcap');
      assert.deepEqual(summary.interfaces, [
        {
          linkType: 1,
          snapLength: 128,
          resolution: 'microseconds',
          name: 'eth0',
          description: 'uplink',
          comment: 'of the interface',
          filter: 'udp',
        },
      ]);
      assert.deepEqual(summary.problems, []);
    }
  });

  it('counts interfaces on over sections of either byte order and any link type', () => {
    const file = new Pcapng()
      .section()
      .interface(1)
      .interface(113)
      .packet(sample(60), { interface: 1 })
      .section([], { little: false, length: 1000n })
      .interface(101)
      .packet(sample(60), { interface: 0 })
      .done();
    const { frames, summary } = collect(file);
    assert.deepEqual(
      frames.map((frame) => [frame.number, frame.interface, frame.linkType]),
      [
        [1, 1, 113],
        [2, 2, 101],
      ],
    );
    assert.equal(summary.byteOrder, 'mixed');
    assert.deepEqual(
      summary.interfaces.map(({ linkType }) => linkType),
      [1, 113, 101],
    );
  });

  it('reckons exactly with any resolution of time', () => {
    for (const [resolution, ticks, seconds, nanoseconds, words] of [
      [9, 1700000000123456789n, 1700000000, 123456789, 'nanoseconds'],
      [6, 0xffffffffffffffffn, 18446744073709, 551615000, 'microseconds'],
      [3, 1700000000123n, 1700000000, 123000000, 'milliseconds'],
      [0, 1700000000n, 1700000000, 0, 'seconds'],
      [7, 17000000001234567n, 1700000000, 123456700, '10^-7 s'],
      [12, 1700000000123456789n, 1700000, 123456, '10^-12 s'],
      [0x80 | 20, (1700000000n << 20n) | 1n, 1700000000, 953, '2^-20 s'],
      [0x80 | 32, (1700000000n << 32n) | 0x80000000n, 1700000000, 500000000, '2^-32 s'],
      [0xff, 1n, 0, 0, '2^-127 s'],
      [0x7f, 1n, 0, 0, '10^-127 s'],
    ] as const) {
      const { frames, summary } = collect(
        new Pcapng()
          .section()
          .interface(1, 0, [[9, Uint8Array.of(resolution)]])
          .packet(sample(60), { ticks })
          .done(),
      );
      assert.deepEqual([frames[0]!.seconds, frames[0]!.nanoseconds], [seconds, nanoseconds], words);
      assert.equal(summary.resolution, words);
    }
  });

  it('adds the offset of if_tsoffset, also a negative one', () => {
    for (const little of [true, false]) {
      for (const offset of [1600000000n, -3600n]) {
        const value = new Octets(little).u64(offset).done();
        const file = new Pcapng(little)
          .section()
          .interface(1, 0, [[14, value]])
          .packet(sample(60), { ticks: 5000001n })
          .done();
        const { frames } = collect(file);
        assert.deepEqual([frames[0]!.seconds, frames[0]!.nanoseconds], [Number(offset) + 5, 1000]);
      }
    }
  });

  it('reads simple packets, which are cut at the snapshot length and have no time', () => {
    const file = new Pcapng()
      .section()
      .interface(1, 50)
      .packet(sample(40), { ticks: TICKS, options: [[1, 'x']] })
      .simplePacket(sample(50), 90)
      .simplePacket(sample(20))
      .done();
    const { frames } = collect(file);
    assert.deepEqual(
      frames.map((frame) => [frame.number, frame.timed, frame.octets.length, frame.wireLength, frame.comment]),
      [
        [1, true, 40, 40, 'x'],
        [2, false, 50, 90, undefined],
        [3, false, 20, 20, undefined],
      ],
    );
  });

  it('reads the obsolete packet block', () => {
    const { frames } = collect(
      new Pcapng()
        .section()
        .interface(1)
        .interface(113)
        .oldPacket(sample(33), { interface: 1, ticks: TICKS, wire: 99 })
        .done(),
    );
    assert.deepEqual(
      [frames[0]!.linkType, frames[0]!.seconds, frames[0]!.octets.length, frames[0]!.wireLength],
      [113, 1700000000, 33, 99],
    );
  });

  it('passes over blocks without packets, long ones too, and numbers those that Wireshark numbers', () => {
    const file = new Pcapng()
      .section()
      .interface()
      .block(4, sample(300000)) // name resolution
      .block(5, sample(40)) // statistics
      .block(0x80000001, sample(0))
      .packet(sample(60))
      .block(0x00000bad, sample(40)) // custom: a frame number without a frame
      .packet(sample(61))
      .done();
    const whole = collect(file);
    assert.deepEqual(
      whole.frames.map((frame) => frame.number),
      [1, 3],
    );
    assert.equal(whole.summary.frames, 2);
    assert.deepEqual(whole.summary.problems, []);
    for (const size of [1, 5, 4096, 100000]) assert.deepEqual(collect(file, size), whole, `pieces of ${size}`);
  });

  it('reports a length that differs behind the block, and goes on', () => {
    const file = new Pcapng().section().interface().packet(sample(60), { trailer: 4 }).packet(sample(61)).done();
    const { frames, summary } = collect(file);
    assert.equal(frames.length, 2);
    assert.deepEqual(
      summary.problems.map(({ id, offset }) => [id, offset]),
      [['capture-damaged', 48]],
    );
    assert.equal(
      summary.problems[0]!.text,
      'The block at byte offset 48 gives its length as 92 in front and as 4 behind (last frame read: 1).',
    );
  });

  const start = (): Pcapng => new Pcapng().section().interface().packet(sample(60));
  const damage: [string, Uint8Array, RegExp][] = [
    [
      'a block of length 0',
      start().block(6, sample(40), { length: 0 }).done(),
      /offset 140, after frame 1, claims a length of 0 octets, where it needs 32/,
    ],
    [
      'an unknown block of length 8',
      start().block(99, sample(40), { length: 8 }).done(),
      /claims a length of 8 octets, where it needs 12/,
    ],
    [
      'a length that is no multiple of 4',
      start().block(6, sample(40), { length: 53 }).done(),
      /length of 53 octets, which is no multiple of 4/,
    ],
    [
      'a packet block of 4 GB',
      start().block(6, sample(40), { length: 0xfffffffc }).done(),
      /length of 4294967292 octets, more than the 17039360/,
    ],
    [
      'more captured octets than the block holds',
      start()
        .packet(sample(60), { captured: 61 + 4 })
        .done(),
      /claims 65 captured octets, but has room for 60/,
    ],
    [
      'captured octets 0xffffffff',
      start().packet(sample(60), { captured: 0xffffffff }).done(),
      /claims 4294967295 captured octets/,
    ],
    [
      'an interface that nobody described',
      start().packet(sample(60), { interface: 3 }).done(),
      /belongs to interface 3, but its section describes only one/,
    ],
    ['a section of an unknown version', start().section([], { major: 2 }).done(), /section of version 2.0/],
    ['a section without byte order', start().block(0x0a0d0d0a, sample(16)).done(), /does not tell its byte order/],
  ];
  for (const [what, file, text] of damage) {
    it(`stops and says so at ${what}`, () => {
      const { frames, summary } = collect(file);
      assert.equal(frames.length, 1);
      assert.equal(summary.problems.length, 1);
      assert.equal(summary.problems[0]!.id, 'capture-damaged');
      assert.match(summary.problems[0]!.text, text);
      assert.equal(summary.complete, false);
    });
  }

  it('reports an option that reaches beyond its block', () => {
    const body = new Octets().u16(1).u16(0).u32(0).u16(2).u16(200).raw(sample(8)).done();
    const { frames, summary } = collect(new Pcapng().section().block(1, body).packet(sample(60)).done());
    assert.equal(frames.length, 1);
    assert.match(
      summary.problems[0]!.text,
      /option at byte offset 44, before the first frame, claims 200 octets, but its block ends after 8/,
    );
  });

  it('says how much is missing of a block that holds no packet', () => {
    const { summary } = collect(start().block(4, sample(400), { length: 0xfffffffc }).done());
    assert.equal(summary.problems[0]!.id, 'capture-truncated');
    assert.match(summary.problems[0]!.text, /inside a block that holds no packet .*: \d+ octets missing/);
  });
});

describe('long texts of pcapng', () => {
  const long = new Uint8Array(65532).fill(0x41);

  it('reads what there is room for, and says how much was left out', () => {
    // 160 comments of one interface, as much as one block holds: they took gigabytes once.
    const comments = Array.from({ length: 160 }, () => [1, long] as const);
    const file = new Pcapng().section();
    for (let i = 0; i < 10; i++) file.interface(1, 0, comments);
    const before = process.memoryUsage().heapUsed;
    const { frames, summary } = collect(file.packet(sample(60), { options: [...comments, [1, 'ü']] }).done(), 1 << 16);
    assert.ok(process.memoryUsage().heapUsed - before < 100e6);
    assert.equal(frames.length, 1);
    assert.equal(summary.interfaces.length, 10);
    // 64 KiB of an interface: 65,532 octets, and 2 of the next comment beside the line feeds between them.
    assert.equal(summary.interfaces[0]!.comment?.length, 65536);
    assert.equal(frames[0]!.comment?.length, 65536);
    const left = 11 * (160 * 65532 - 65535) + 2;
    assert.deepEqual(summary.notes, [
      `Comments and names in this file are longer than 65536 octets each or 8388608 octets together: ${left} octets of them were left out.`,
    ]);
  });

  it('bounds the texts of all interfaces together', () => {
    const file = new Pcapng().section();
    for (let i = 0; i < 1000; i++)
      file.interface(1, 0, [
        [2, long],
        [3, long],
      ]);
    const { summary } = collect(file.done());
    const kept = summary.interfaces.reduce(
      (sum, one) => sum + (one.name?.length ?? 0) + (one.description?.length ?? 0),
      0,
    );
    assert.ok(kept > 8_000_000 && kept <= 8 << 20, `${kept}`);
    assert.equal(summary.notes.length, 1);
  });

  it('cuts UTF-8 between characters', () => {
    const file = new Pcapng().section().interface(1, 0, [
      [1, new Uint8Array(65532).fill(0x41)],
      [1, 'aüü'],
    ]);
    assert.ok(collect(file.done()).summary.interfaces[0]!.comment?.endsWith('A\naü'));
  });

  it('leaves a file without long texts without a note', () => {
    const file = new Pcapng()
      .section([[1, 'short']])
      .interface(1, 0, [[2, long]])
      .packet(sample(60), { options: [[1, long]] });
    assert.deepEqual(collect(file.done()).summary.notes, []);
    const many = Array.from({ length: 70 }, (_, i) => [1, `comment ${i}`] as const);
    assert.deepEqual(collect(new Pcapng().section(many).done()).summary.notes, [
      'The file has more than 64 comments of its own: 6 were left out.',
    ]);
  });
});
