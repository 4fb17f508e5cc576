import fs from 'node:fs';
import path from 'node:path';
import { digest } from '../lib/files.mjs';
import { inTree } from '../lib/places.mjs';
import { run } from '../lib/run.mjs';
import { electronVersion } from './electron-runtime.mjs';
import { setStamp, stamp } from './stamp.mjs';

const sources = [
  'main',
  'preload',
  'renderer',
  'electron.vite.config.ts',
  'scripts/licences-plugin.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
];
const results = ['out/main/main.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];

/** Set-up step: out/ holds the app as its sources are now. */
export const appBuild = {
  needed() {
    if (!results.every((file) => fs.existsSync(inTree(file)))) return 'building the app';
    return stamp('appBuild') === fingerprint() ? undefined : 'building the app, because its sources changed';
  },

  async put() {
    const built = fingerprint();
    await run(
      process.execPath,
      [inTree('node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'],
      {
        env: { ...process.env, ELECTRON_MAJOR_VER: electronMajor(), NODE_ENV: 'production', NO_COLOR: '1' },
      },
    );
    // Sources that were edited meanwhile differ from this, and are built next time.
    setStamp('appBuild', built);
  },
};

// The bundles are made for the Electron that will run them, which may be older than package.json's.
const electronMajor = () => electronVersion().split('.')[0];

function fingerprint() {
  const contents = [electronMajor()];
  for (const source of sources) {
    for (const file of filesUnder(inTree(source))) contents.push(file, fs.readFileSync(file, 'utf8'));
  }
  return digest(...contents);
}

function filesUnder(top) {
  if (!fs.statSync(top).isDirectory()) return [top];
  return fs
    .readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
