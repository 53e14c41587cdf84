// Reads a capture with pcap-parser and counts its datagrams to and from the ports of DHCP: what the benchmark compares with.
const parser = require('pcap-parser').parse(process.argv[2]);
let found = 0;
parser.on('packet', ({ data }) => {
  if (data.length < 42 || data.readUInt16BE(12) !== 0x0800 || data[23] !== 17) return;
  const ports = 14 + (data[14] & 15) * 4;
  if (data.length < ports + 4) return;
  const [source, destination] = [data.readUInt16BE(ports), data.readUInt16BE(ports + 2)];
  if (source === 67 || source === 68 || destination === 67 || destination === 68) found++;
});
parser.on('end', () => console.log(found));
