/** The window's calls about Tintype itself: its versions, where it keeps its data, and whose work is in it. */
import { app, shell } from 'electron';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { MainCalls } from '../preload/contract/api.ts';
import type { DataPlace, Licence } from '../preload/contract/model.ts';
import { errorCode } from './lib/log.ts';
import { ProblemError, type Handlers } from './lib/rpc.ts';

type AboutCalls = Pick<MainCalls, 'app.info' | 'app.data' | 'app.showData' | 'app.licences'>;

export interface AboutDeps {
  userDataDir: string;
  /** The folder of the bundles, each of which brings a list of what it was made of. */
  outDir: string;
  configured: () => boolean;
}

export function createAboutCalls({ userDataDir, outDir, configured }: AboutDeps): Handlers<AboutCalls> {
  return {
    'app.info': () => ({
      version: app.getVersion(),
      electron: process.versions.electron,
      chromium: process.versions.chrome,
      node: process.versions.node,
      platform: process.platform,
      configured: configured(),
    }),
    'app.data': () => measure(userDataDir),
    'app.showData': async () => {
      const trouble = await shell.openPath(userDataDir);
      if (trouble !== '') throw new ProblemError({ code: 'internal', detail: 'no program for folders' });
    },
    'app.licences': () => readLicences(outDir),
  };
}

/** Of the queue's database and of what is beside it; Chromium's caches in folders below are its own. */
async function measure(folder: string): Promise<DataPlace> {
  const sized = async (place: string): Promise<[name: string, bytes: number][]> => {
    const entries = await fs.readdir(place, { withFileTypes: true }).catch(() => []);
    const files = entries.filter((entry) => entry.isFile());
    return Promise.all(
      files.map(async ({ name }): Promise<[string, number]> => {
        // One that goes in this moment takes no room.
        const stat = await fs.lstat(path.join(place, name)).catch(() => null);
        return [name, stat?.size ?? 0];
      }),
    );
  };
  const total = (files: readonly [string, number][]): number =>
    files.reduce((sum, [, bytes]) => sum + bytes, 0);
  const files = await sized(folder);
  const isQueue = ([name]: [string, number]): boolean => /^queue\.sqlite(-wal|-shm)?$/.test(name);
  return {
    folder,
    queueBytes: total(files.filter(isQueue)),
    otherBytes: total(files.filter((file) => !isQueue(file))) + total(await sized(path.join(folder, 'logs'))),
  };
}

/** Written by scripts/licences-plugin.ts. */
async function readLicences(outDir: string): Promise<Licence[]> {
  const found = new Map<string, Licence>();
  for (const world of ['main', 'preload', 'renderer']) {
    const text = await fs
      .readFile(path.join(outDir, world, 'licences.json'), 'utf8')
      .catch((error: unknown) => {
        // Only a bundle that was made by hand has none.
        if (errorCode(error) === 'ENOENT') return '[]';
        throw error;
      });
    for (const licence of JSON.parse(text) as Licence[])
      found.set(`${licence.name}@${licence.version}`, licence);
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
}
