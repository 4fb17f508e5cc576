import { createRequire } from 'node:module';
import { inTree } from '../lib/places.mjs';
import { Problem } from '../lib/problem.mjs';

const bundles = ['main', 'preload', 'renderer'];
// What package.json has under `dependencies`, and what that loads at run time.
const packages = [
  'better-sqlite3',
  'keytar',
  'libheif-js',
  'sharp',
  ...['@img', 'detect-libc', 'semver', '@emnapi', 'tslib'],
];

/** Whether a file may be in the package; `entry` is its path in the asar, beginning with a slash. */
function belongs(entry) {
  const [top, name] = entry.replaceAll('\\', '/').slice(1).split('/');
  if (top === 'node_modules') return name === undefined || packages.includes(name);
  if (top === 'out') return name === undefined || bundles.includes(name);
  return entry === '/package.json';
}

/** Throws unless everything in the asar belongs there. Resolves to how many entries it has. */
export function checkContents(asarFile) {
  const { listPackage } = createRequire(inTree('package.json'))('@electron/asar');
  const entries = listPackage(asarFile, { isPack: false });
  const strangers = entries.filter((entry) => !belongs(entry));
  if (strangers.length > 0) {
    throw new Problem(
      'package_holds_too_much',
      `The package holds ${strangers.length} files that do not belong to the app, such as ${strangers
        .slice(0, 5)
        .join(', ')}. See \`files\` in electron-builder.yml.`,
    );
  }
  return entries.length;
}
