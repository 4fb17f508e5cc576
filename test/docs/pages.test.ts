/** What the pages say of the code is still there: tests that they name, sentences that they quote, variables. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8');

it('docs/security.md names tests that exist, and at least one for each threat', () => {
  const page = read('docs/security.md');
  const named = [...page.matchAll(/`(test\/[\w/.-]+)`/g)].map(([, file]) => file ?? '');
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((file) => !fs.existsSync(path.join(root, file)))).toEqual([]);
  const threats = page.split('\n').filter((line) => /^\| (?!Threat |-)/.test(line));
  expect(threats.length).toBeGreaterThan(30);
  expect(threats.filter((line) => !line.includes('`test/'))).toEqual([]);
});

it('docs/cognito-setup.md quotes what the app says, and the backend’s variables', () => {
  const page = read('docs/cognito-setup.md');
  const texts = read('preload/language/en/problems.ts');
  const rows = page
    .slice(page.indexOf('## What each mistake looks like'))
    .split('\n')
    .filter((line) => line.startsWith('|'));
  const quoted = rows.flatMap((row) => [...row.matchAll(/"([^"]{20,})"/g)].map(([, text]) => text ?? ''));
  const ours = quoted.filter((text) => !/An error was|Client …/.test(text));
  expect(ours.length).toBeGreaterThan(4);
  for (const text of ours) expect(texts).toContain(text.replace(/^… /, ''));
  const codes = rows.flatMap((row) => [...row.matchAll(/details `([a-z_]+)/g)].map(([, code]) => code ?? ''));
  expect(codes.length).toBeGreaterThan(3);
  for (const code of codes) expect(read('main/auth/auth-error.ts')).toContain(`  ${code}: '`);
  const variables = [...page.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name ?? '');
  expect(variables).toContain('IDENTITY_PROVIDER');
  for (const name of variables) expect(read('backend/config.ts')).toContain(`  ${name}: `);
});
