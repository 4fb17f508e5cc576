/** The packaged app: its fuses are read from the binary itself and tried one by one, its archive against its own sums. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import asar, { type DirectoryRecord, type FileRecord } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { importScript } from '../scripts/support/script.ts';
import { sandboxArgs } from './harness.ts';
import { makePhotos } from './photos.ts';
import { untilDone } from './window.ts';
import { openWorld, type World } from './world.ts';

// Packaging takes some 20 s on an idle machine. A busy one is slow, not wrong.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let world: World;
let packagedApp: string;
let resources: string;
beforeAll(async () => {
  const build = await importScript<{ packageUnpacked(): Promise<string> }>('package/build.mjs');
  packagedApp = await build.packageUnpacked();
  resources =
    process.platform === 'darwin'
      ? path.resolve(packagedApp, '../../Resources')
      : path.join(path.dirname(packagedApp), 'resources');
  world = await openWorld();
});
afterEach(() => world.startOver());
afterAll(() => world.close());

describe('the packaged app', () => {
  test('has the fuses of electron-builder.yml in its binary', async () => {
    const wire = await getCurrentFuseWire(packagedApp);
    // Each fuse is a character: 0, 1, or r for one that this Electron no longer has.
    const isOn = (fuse: FuseV1Options): boolean => String.fromCharCode(Number(wire[fuse])) === '1';
    const fuses = Object.entries(FuseV1Options).filter(
      (entry): entry is [string, FuseV1Options] => typeof entry[1] === 'number',
    );
    expect(Object.fromEntries(fuses.map(([name, fuse]) => [name, isOn(fuse)]))).toEqual({
      RunAsNode: false,
      // There are no cookies.
      EnableCookieEncryption: false,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      // Where Electron has it: on macOS and Windows.
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
    });
  });

  test('holds files that are what the archive’s header says', () => {
    const archive = path.join(resources, 'app.asar');
    const files = filesOf(asar.getRawHeader(archive).header);
    expect(files.map(([file]) => file)).toContain(path.join('out', 'main', 'main.js'));
    const wrong = files.filter(([file, { integrity }]) => {
      const bytes = asar.extractFile(archive, file);
      return integrity.hash !== createHash('sha256').update(bytes).digest('hex');
    });
    expect(wrong).toEqual([]);
  });

  test('knows whose work is in it, and what a link that the system hands to it asks for', async () => {
    const userDataDir = world.newDir('user-data');
    const app = await world.launch({ packagedApp, userDataDir });
    await app.page.getByTestId('view-signed-out').waitFor();
    await once(
      spawn(packagedApp, [...sandboxArgs(), 'tintype://settings'], {
        env: { ...process.env, TINTYPE_USER_DATA: userDataDir },
        stdio: 'ignore',
      }),
      'exit',
    );
    await app.page.getByTestId('settings-about').click();
    // One of each bundle, and one that is outside of them.
    const licences = app.page.getByTestId('licences');
    for (const name of ['oidc-client-ts', 'react-aria-components', 'better-sqlite3'])
      await licences.getByText(name, { exact: true }).waitFor();
  });

  test('does its job, and runs nothing but itself, whatever its surroundings ask for', async () => {
    const dir = world.newDir('strangers');
    const ran = path.join(dir, 'ran');
    const script = path.join(dir, 'stranger.cjs');
    fs.writeFileSync(script, `require('node:fs').appendFileSync(${JSON.stringify(ran)}, process.argv0);`);
    // Electron would take a folder of this name before the archive.
    const beside = path.join(resources, 'app');
    fs.mkdirSync(beside);
    fs.writeFileSync(path.join(beside, 'package.json'), '{"main":"stranger.cjs"}');
    fs.copyFileSync(script, path.join(beside, 'stranger.cjs'));
    try {
      const app = await world.launchSignedIn({
        packagedApp,
        env: { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: `--require=${script}` },
        args: ['--inspect=0', '--inspect-brk=0', `--require=${script}`],
      });
      const photos = await makePhotos(world.newDir('photos'), 3);
      await app.dropPaths(photos.map((photo) => photo.path));
      await untilDone(app.page, photos.length);
      expect(app.logs()).not.toContain('Debugger listening');
      expect(fs.existsSync(ran)).toBe(false);
    } finally {
      fs.rmSync(beside, { recursive: true });
    }
  });
});

/** Every file of an archive, with its path in it; links are none. */
function filesOf(folder: DirectoryRecord, at = ''): [string, FileRecord][] {
  return Object.entries(folder.files).flatMap(([name, entry]): [string, FileRecord][] => {
    const place = path.join(at, name);
    if ('files' in entry) return filesOf(entry, place);
    return 'link' in entry ? [] : [[place, entry]];
  });
}
