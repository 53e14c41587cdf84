// Not part of the product: runs in the same extension host and watches how long its event loop is kept from turning.
const vscode = require('vscode');
const { writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

exports.activate = (context) => {
  const file = vscode.workspace.getConfiguration('port67Observer').get('report', '');
  const figures = { activation: undefined, longest: 0 };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const timer = setInterval(() => {
    // What the timer itself waits, one millisecond, is no delay.
    figures.longest = Math.max(0, delay.max / 1e6 - 1);
    if (file !== '') writeFileSync(file, JSON.stringify(figures));
  }, 200);
  context.subscriptions.push(
    { dispose: () => clearInterval(timer) },
    vscode.commands.registerCommand('port67Observer.activate', async () => {
      const start = performance.now();
      await vscode.extensions.getExtension('port67.port67').activate();
      figures.activation = performance.now() - start;
      // What VS Code did until then is not ours to answer for.
      delay.reset();
      delay.enable();
    }),
  );
};
