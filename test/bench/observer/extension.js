// Not part of the product: runs in the same extension host and watches how long its event loop is kept from turning. It is asked
// over HTTP, for a command of the palette would itself keep the host busy.
const vscode = require('vscode');
const { createServer } = require('node:http');
const { openSync, readSync, writeFileSync } = require('node:fs');

/** Milliseconds between two looks at the clock: what the timer itself waits is no delay. */
const RESOLUTION = 1;

/** Processor time of this thread in milliseconds; of the whole process where Node cannot tell. */
const cpu = () => {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage).call(process);
  return (user + system) / 1000;
};

/** Milliseconds that this thread, though ready, waited for a processor (Linux: the second figure of schedstat); else 0. */
const text = Buffer.alloc(128);
let scheduling;
try {
  scheduling = openSync('/proc/self/schedstat', 'r');
} catch {
  // Another system: then every stall counts as the program's.
}
const queue = () => {
  if (scheduling === undefined) return 0;
  return Number(text.toString('latin1', 0, readSync(scheduling, text, 0, text.length, 0)).split(' ')[1]) / 1e6;
};

let longest;
let own;
let busiest;
let wall = performance.now();
let used = cpu();
let queued = queue();
const reset = () => {
  // By the clock; by the clock without the time in which the machine had others to serve; by this thread's processor time.
  longest = 0;
  own = 0;
  busiest = 0;
  wall = performance.now();
  used = cpu();
  queued = queue();
};
const look = () => {
  const stall = Math.max(0, performance.now() - wall - RESOLUTION);
  longest = Math.max(longest, stall);
  own = Math.max(own, stall - (queue() - queued));
  busiest = Math.max(busiest, cpu() - used);
  wall = performance.now();
  used = cpu();
  queued = queue();
  setTimeout(look, RESOLUTION);
};

const profiler = () => {
  const session = new (require('node:inspector').Session)();
  session.connect();
  const post = (method, params) =>
    new Promise((resolve, reject) =>
      session.post(method, params, (error, result) => (error ? reject(error) : resolve(result))),
    );
  return { session, post };
};
let profiling;

const questions = {
  '/activate': async () => {
    const start = performance.now();
    await vscode.extensions.getExtension('port67.port67').activate();
    return { took: performance.now() - start };
  },
  '/reset': () => (reset(), {}),
  '/stalls': () => ({ longest, own, busiest }),
  '/pid': () => ({ pid: process.pid }),
  /** For whoever looks for the cause of a stall: a profile as Chromium's tools read it. */
  '/profile/start': async () => {
    profiling = profiler();
    await profiling.post('Profiler.enable');
    await profiling.post('Profiler.setSamplingInterval', { interval: 500 });
    await profiling.post('Profiler.start');
    return {};
  },
  '/profile/stop': async () => (await profiling.post('Profiler.stop')).profile,
};

exports.activate = (context) => {
  const file = vscode.workspace.getConfiguration('port67Observer').get('address', '');
  if (file === '') return;
  const server = createServer(async (request, response) => {
    try {
      response.end(JSON.stringify(await questions[request.url]()));
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  server.listen(0, '127.0.0.1', () => writeFileSync(file, `http://127.0.0.1:${server.address().port}`));
  context.subscriptions.push({ dispose: () => server.close() });
  reset();
  look();
};
