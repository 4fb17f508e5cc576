import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../../support/temp-dir.ts';
import { importScript } from '../support/script.ts';

const { checkContents } = await importScript<{ checkContents(asar: string): number }>('package/contents.mjs');
const asar = createRequire(import.meta.url)('@electron/asar') as {
  createPackage(source: string, target: string): Promise<void>;
};

async function archiveOf(...files: string[]): Promise<string> {
  const folder = tempDir();
  for (const file of files) {
    fs.mkdirSync(path.join(folder, 'app', path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(folder, 'app', file), '');
  }
  const archive = path.join(folder, 'app.asar');
  await asar.createPackage(path.join(folder, 'app'), archive);
  return archive;
}

const app = [
  'package.json',
  'out/main/main.js',
  'node_modules/keytar/lib/keytar.js',
  'node_modules/@img/colour/x.js',
];

it('accepts the app and its native modules', async () => {
  expect(checkContents(await archiveOf(...app))).toBeGreaterThan(app.length);
});

it.each([
  'sandbox/start.ts',
  'backend/main.ts',
  'test/e2e/demo.ts',
  'main/main.ts',
  'out/demo/demo-screenshot.png',
  'node_modules/@tintype/backend/main.ts',
  'node_modules/oidc-provider/index.js',
])('refuses a package with %s', async (stranger) => {
  const archive = await archiveOf(...app, stranger);
  expect(() => checkContents(archive)).toThrow(expect.objectContaining({ code: 'package_holds_too_much' }));
});
