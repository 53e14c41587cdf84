// Loads and activates the built extension in a plain Node, with the host's API as an empty stand-in: what it costs by itself,
// however busy the machine. One process a measurement, as in the extension host nothing is loaded before. Prints JSON.
const Module = require('node:module');

// Whatever is asked of it, called or made is itself; nothing waits for it.
const anything = new Proxy(function () {}, {
  get: (_, name) => (name === 'then' ? undefined : name === Symbol.toPrimitive ? () => '' : anything),
  apply: () => anything,
  construct: () => anything,
});
// As a prototype: what the bundle makes of the module keeps that.
const vscode = Object.create(
  new Proxy(
    {
      __esModule: undefined,
      Uri: { joinPath: (base, ...parts) => ({ fsPath: [base.fsPath, ...parts].join('/') }) },
    },
    { get: (known, name) => (name in known ? known[name] : anything) },
  ),
);
const loaded = [];
const load = Module._load;
Module._load = function (request, ...rest) {
  if (request === 'vscode') return vscode;
  loaded.push(request);
  return load.call(this, request, ...rest);
};

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const [file, root] = process.argv.slice(2);
const start = [performance.now(), cpu()];
const extension = require(file);
const required = [performance.now(), cpu()];
extension.activate({
  subscriptions: [],
  extensionUri: { fsPath: root },
  globalState: anything,
  workspaceState: anything,
});
const activated = [performance.now(), cpu()];
console.log(
  JSON.stringify({
    require: required[0] - start[0],
    activate: activated[0] - required[0],
    cpu: activated[1] - start[1],
    // What it loads beside itself.
    loaded: loaded.slice(1),
  }),
);
