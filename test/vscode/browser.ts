/** The browser that shows VS Code to the tests: by default a Chromium that comes as an npm package, the same everywhere. */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { npmInstall, once, REPO, run, say, step } from './cache';
import { prepareNode } from './prepare';

/** A Chromium and what its process needs in its environment. */
interface Chromium {
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where Linux distributions and macOS keep a Chromium or Chrome. */
const SYSTEM_CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The fonts that the packaged browser sees: those of the packages, none of the machine, so that pictures are comparable. */
function fontConfiguration(folder: string, fonts: readonly string[]): string {
  const alias = (family: string, font: string): string =>
    `  <alias binding="same"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    ...fonts.map((font) => `  <dir>${font.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</dir>`),
    `  <cachedir>${join(folder, 'fonts-cache').replace(/&/g, '&amp;').replace(/</g, '&lt;')}</cachedir>`,
    alias('sans-serif', 'DejaVu Sans'),
    alias('system-ui', 'DejaVu Sans'),
    alias('monospace', 'DejaVu Sans Mono'),
    '</fontconfig>',
    '',
  ].join('\n');
}

/** Unpacks the Chromium of `@sparticuz/chromium` with its libraries and fonts into the cache, once. */
async function packagedChromium(): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'the packaged Chromium is for Linux on x64; set PORT67_CHROMIUM to the path of a Chromium or Chrome',
    );
  }
  const manifest = readFileSync(join(REPO, 'node_modules', '@sparticuz', 'chromium', 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const folder = await once(`chromium/${version}`, (aside) =>
    step(`Unpacking Chromium ${version}`, async () => {
      // The package unpacks into the folder for temporary files, and its libraries only where it takes itself to be in
      // that cloud service: both are told by the environment, hence a process of its own.
      const script = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();';
      const env = { ...process.env, TMPDIR: aside, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' };
      await run(process.execPath, ['--input-type=module', '-e', script], { cwd: REPO, env });
      try {
        // The package has no monospaced font, and octets in columns want one.
        await writeFile(join(aside, 'package.json'), '{"private":true}\n');
        await npmInstall(aside, await prepareNode(), ['dejavu-fonts-ttf@2.37.3']);
      } catch (error) {
        say(`No fonts from the registry, the machine's are used: ${(error as Error).message}`);
      }
    }),
  );
  const dejavu = join(folder, 'node_modules', 'dejavu-fonts-ttf', 'ttf');
  const fonts = existsSync(dejavu) ? [dejavu] : ['/usr/share/fonts', '/usr/local/share/fonts'];
  const config = join(folder, 'fonts.conf');
  await writeFile(config, fontConfiguration(folder, [join(folder, 'fonts'), ...fonts]));
  const libraries = [join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(delimiter);
  return { executable: join(folder, 'chromium'), env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: config } };
}

/**
 * Which Chromium to use: the file that `PORT67_CHROMIUM` names; the machine's own when that says `system`; else the packaged
 * one, and the machine's own only where the packaged one cannot run (other systems and processors).
 */
async function findChromium(): Promise<Chromium> {
  const wanted = process.env['PORT67_CHROMIUM'];
  const system = SYSTEM_CHROMIUMS.find((file) => existsSync(file));
  if (wanted && wanted !== 'system') {
    if (!existsSync(wanted)) throw new Error(`PORT67_CHROMIUM names ${wanted}, which does not exist`);
    return { executable: wanted, env: {} };
  }
  if (wanted === 'system') {
    if (!system) throw new Error('PORT67_CHROMIUM asks for the Chromium of the system, but there is none');
    return { executable: system, env: {} };
  }
  try {
    return await packagedChromium();
  } catch (error) {
    if (!system) throw error;
    say(`Using ${system}: ${(error as Error).message}`);
    return { executable: system, env: {} };
  }
}

/** Starts the browser without a window. Rejects with one sentence when none can be had. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  try {
    const { executable, env } = await findChromium();
    return await chromium.launch({
      executablePath: executable,
      headless: true,
      // Inside containers neither the sandbox nor a large /dev/shm is to be had; the only page opened is our own.
      chromiumSandbox: false,
      // A page that scrolls by mistake looks right without scroll bars.
      ignoreDefaultArgs: ['--hide-scrollbars'],
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage',
        '--font-render-hinting=none',
      ],
      env: { ...(process.env as Record<string, string>), ...env },
      handleSIGINT: false,
    });
  } catch (error) {
    const [said] = (error as Error).message.split('\n');
    throw new Error(`The browser for the tests could not be started: ${said}`, { cause: error });
  }
}
