// What the platform needs to decompress a file (the argument), and nothing else.
const { createReadStream } = require('node:fs');
const { createGunzip } = require('node:zlib');

createReadStream(process.argv[2])
  .pipe(createGunzip({ chunkSize: 128 << 10 }))
  .resume();
