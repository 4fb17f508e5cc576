import fs from 'node:fs';
import path from 'node:path';
import { inTree } from '../lib/places.mjs';
import { run } from '../lib/run.mjs';
import { electronVersion, usesStandIn } from '../setup/electron-runtime.mjs';
import { checkContents } from './contents.mjs';

const fpmSource = 'https://github.com/electron-userland/electron-builder-binaries';
const probeMs = 5_000;

/** Packages the app that is built in out/ without an installer; resolves to its executable. */
export async function packageUnpacked() {
  await electronBuilder(['--dir']);
  return executableIn(unpackedFolder());
}

/** Packages the app that is built in out/ as this platform's installers; resolves to their paths. */
export async function packageInstallers() {
  const before = Date.now();
  await electronBuilder([]);
  return fs
    .readdirSync(inTree('dist'))
    .filter((name) => /\.(deb|dmg|zip|exe)$/.test(name))
    .map((name) => inTree('dist', name))
    .filter((file) => fs.statSync(file).mtimeMs >= before);
}

async function electronBuilder(args) {
  if (usesStandIn()) {
    console.log(
      'package: this holds the stand-in for the official Electron: good to try the package, not to release it. ' +
        'Release from a machine that can download the official one.',
    );
  }
  // A stale folder of an earlier run must not be taken for this one's.
  fs.rmSync(unpackedFolder(), { recursive: true, force: true });
  console.log(`package: packaging Electron ${electronVersion()} (some 20 seconds)`);
  await run(
    process.execPath,
    [
      inTree('node_modules', 'electron-builder', 'cli.js'),
      '--publish=never',
      `--config.electronVersion=${electronVersion()}`,
      ...args,
    ],
    { env: { ...process.env, ...(await fpmFor(args)) } },
  );
  const entries = checkContents(path.join(resourcesIn(unpackedFolder()), 'app.asar'));
  console.log(`package: ${entries} entries in app.asar, all of them the app's.`);
}

/** Debian packages are made by fpm, which electron-builder downloads. Where it cannot, ours stands in. */
async function fpmFor(args) {
  if (process.platform !== 'linux' || args.includes('--dir') || process.env.CUSTOM_FPM_PATH) return {};
  try {
    await fetch(fpmSource, { method: 'HEAD', signal: AbortSignal.timeout(probeMs) });
    return {};
  } catch (error) {
    console.log(`package: fpm cannot be downloaded (${error.message}); dpkg-deb makes the package instead.`);
    return { CUSTOM_FPM_PATH: inTree('scripts', 'package', 'fpm.mjs') };
  }
}

function unpackedFolder() {
  const arm = process.arch === 'arm64';
  const names = {
    linux: arm ? 'linux-arm64-unpacked' : 'linux-unpacked',
    darwin: arm ? 'mac-arm64' : 'mac',
    win32: arm ? 'win-arm64-unpacked' : 'win-unpacked',
  };
  return inTree('dist', names[process.platform]);
}

function resourcesIn(folder) {
  return process.platform === 'darwin'
    ? path.join(folder, 'Tintype.app', 'Contents', 'Resources')
    : path.join(folder, 'resources');
}

function executableIn(folder) {
  if (process.platform === 'darwin') return path.join(folder, 'Tintype.app', 'Contents', 'MacOS', 'Tintype');
  return path.join(folder, process.platform === 'win32' ? 'Tintype.exe' : 'tintype');
}
