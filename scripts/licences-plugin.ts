/** A step of the build that notes whose packages are in a bundle, and on what terms: `licences.json` beside it. */
import fs from 'node:fs';
import path from 'node:path';
import type { Licence } from '../preload/contract/model.ts';

/** As far as this needs one of Rollup's and Rolldown's plugins. */
interface BundlePlugin {
  name: string;
  generateBundle(
    this: { emitFile: (file: { type: 'asset'; fileName: string; source: string }) => unknown },
    options: unknown,
    bundle: Record<string, { type: string; moduleIds?: readonly string[] }>,
  ): void;
}

/**
 * What the bundler really took is what counts: of a package whose code was all left out no licence is owed. Packages that
 * stay outside are named.
 *
 * @param root the folder of the app.
 * @param outside names of packages that the app loads at run time; with theirs, as deep as it goes.
 */
export function licencesPlugin(root: string, outside: readonly string[]): BundlePlugin {
  return {
    name: 'tintype-licences',
    generateBundle(_options, bundle) {
      const folders = new Set<string>();
      for (const chunk of Object.values(bundle)) {
        for (const id of chunk.moduleIds ?? []) {
          const folder = packageOf(id);
          if (folder !== null) folders.add(folder);
        }
      }
      for (const name of outside) addWithDependencies(name, root, folders);
      const licences = [...folders].map(readLicence).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      this.emitFile({ type: 'asset', fileName: 'licences.json', source: JSON.stringify(licences) });
    },
  };
}

interface Manifest {
  name: string;
  version: string;
  license?: string | { type?: string };
  dependencies?: Record<string, string>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The folder of the package that a module comes from; null for the app's own. */
function packageOf(id: string): string | null {
  // Virtual modules begin with a zero byte, and some have a query.
  const file = id.replace(/^\0/, '').replace(/\?.*$/, '');
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0] ?? null;
}

function addWithDependencies(name: string, from: string, folders: Set<string>): void {
  const folder = find(name, from);
  // Optional ones of other platforms are not installed, and not shipped.
  if (folder === null || folders.has(folder)) return;
  folders.add(folder);
  for (const dependency of Object.keys(manifestOf(folder).dependencies ?? {}))
    addWithDependencies(dependency, folder, folders);
}

/** As Node looks for packages. */
function find(name: string, from: string): string | null {
  for (let at = from; ; at = path.dirname(at)) {
    const folder = path.join(at, 'node_modules', name);
    if (fs.existsSync(path.join(folder, 'package.json'))) return folder;
    if (path.dirname(at) === at) return null;
  }
}

function readLicence(folder: string): Licence {
  const { name, version, license } = manifestOf(folder);
  const files = fs.readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  return {
    name,
    version,
    licence: (typeof license === 'string' ? license : license?.type) ?? 'UNKNOWN',
    text: files
      .toSorted()
      .map((file) => path.join(folder, file))
      .filter((file) => fs.statSync(file).isFile())
      .map((file) => fs.readFileSync(file, 'utf8').trim())
      .join('\n\n'),
  };
}
