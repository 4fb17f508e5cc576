import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { importScript, root } from '../support/script.ts';

interface Package {
  version: string;
  optional?: boolean;
}
type Packages = Record<string, Package>;
const { difference } = await importScript<{
  difference(wanted: Packages, installed: Packages): string | undefined;
}>('setup/npm-packages.mjs');

const packagesIn = (file: string): Packages => {
  const lockfile = JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')) as { packages: Packages };
  return lockfile.packages;
};

it('takes what npm installed for what the lockfile says', () => {
  const wanted = packagesIn('package-lock.json');
  expect(difference(wanted, packagesIn('node_modules/.package-lock.json'))).toBeUndefined();
});

it('sees a package that was added, changed or taken away', () => {
  const wanted = packagesIn('package-lock.json');
  const installed = packagesIn('node_modules/.package-lock.json');
  const name = 'node_modules/zod';
  expect(difference({ ...wanted, 'node_modules/new': { version: '1.0.0' } }, installed)).toBe(
    'node_modules/new',
  );
  expect(difference({ ...wanted, [name]: { version: '0.0.1' } }, installed)).toBe(name);
  const { [name]: gone, ...without } = wanted;
  expect(gone).toBeDefined();
  expect(difference(without, installed)).toBe(name);
});

it('does not miss an optional package of another platform', () => {
  const other = { 'node_modules/other-platform': { version: '1.0.0', optional: true } };
  expect(difference(other, {})).toBeUndefined();
});
