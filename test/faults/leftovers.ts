/** What the app has left on the disk and should not have. */
import fs from 'node:fs';
import path from 'node:path';

/** Ours, after the app was closed in good order: neither a journal nor a half-written file is among them. */
const ours = new Set(['queue.sqlite', 'profile.json', 'settings.json', 'window.json', 'logs', 'skipped']);
/** Chromium's own files begin with a capital, but for these; what it left when it was killed is its own affair. */
const chromiums = /^([A-Z]|blob_storage$|\.org\.chromium\.|scoped_dir)/;
const logFiles = /^(main|engine)\.log(\.1)?$/;

/** @param dir a run's folder, with `user-data` and `tmp` in it. */
export function leftovers(dir: string): string[] {
  const strange = (folder: string, isKnown: (name: string) => boolean): string[] =>
    fs
      .readdirSync(path.join(dir, folder))
      .filter((name) => !isKnown(name))
      .map((name) => `${path.join(folder, name)} was left behind`);
  return [
    ...strange('user-data', (name) => ours.has(name) || chromiums.test(name)),
    ...strange(path.join('user-data', 'logs'), (name) => logFiles.test(name)),
    ...strange('tmp', (name) => chromiums.test(name)),
    ...strange('.', (name) => ['user-data', 'tmp', 'photos'].includes(name)),
  ];
}
