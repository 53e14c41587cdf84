// Not part of the product: runs in the same extension host and watches how long its event loop is kept from turning. It is asked
// over HTTP, for a command of the palette would itself keep the host busy.
const vscode = require('vscode');
const { createServer } = require('node:http');
const { writeFileSync } = require('node:fs');

/** Milliseconds between two looks at the clock: what the timer itself waits is no delay. */
const RESOLUTION = 1;

/** Processor time of this thread in milliseconds; of the whole process where Node cannot tell. */
const cpu = () => {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage).call(process);
  return (user + system) / 1000;
};

let longest;
let busiest;
let wall = performance.now();
let used = cpu();
const reset = () => {
  // By the clock, and by this thread's own processor time: a stall without processor time is the machine's, not the program's.
  longest = { wall: 0, cpu: 0 };
  busiest = { wall: 0, cpu: 0 };
  wall = performance.now();
  used = cpu();
};
const look = () => {
  const stall = { wall: Math.max(0, performance.now() - wall - RESOLUTION), cpu: cpu() - used };
  if (stall.wall > longest.wall) longest = stall;
  if (stall.cpu > busiest.cpu) busiest = stall;
  wall = performance.now();
  used = cpu();
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
  '/stalls': () => ({ longest, busiest }),
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
