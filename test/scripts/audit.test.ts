/** What ships has no grave weakness that is known. Asks the registry, which not every machine can reach. */
import { execFile } from 'node:child_process';
import { expect, it } from 'vitest';
import { root } from './support/script.ts';

interface Report {
  vulnerabilities?: Record<string, { severity: string }>;
}

/** Development packages of which code is in the bundles, beside what is under `dependencies`. */
const bundled = [
  '@aws-sdk/',
  '@smithy/',
  '@tanstack/',
  'agent-base',
  'jose',
  'jwt-decode',
  'oidc-client-ts',
  'react',
  'socks',
  'zod',
];

function audit(...more: string[]): Promise<Report | null> {
  return new Promise((resolve) => {
    execFile('npm', ['audit', '--json', ...more], { cwd: root, timeout: 60_000 }, (_error, stdout) => {
      try {
        resolve(JSON.parse(stdout) as Report);
      } catch {
        resolve(null);
      }
    });
  });
}

it('npm audit finds nothing grave in what ships', async ({ skip }) => {
  const [shipped, all] = [await audit('--omit=dev'), await audit()];
  if (shipped?.vulnerabilities === undefined || all?.vulnerabilities === undefined) {
    console.log('npm audit is not run: the registry does not answer questions about advisories here.');
    skip();
    return;
  }
  const inBundles = Object.entries(all.vulnerabilities).filter(([name]) =>
    bundled.some((prefix) => name.startsWith(prefix)),
  );
  const grave = [...Object.entries(shipped.vulnerabilities), ...inBundles].filter(([, { severity }]) =>
    ['high', 'critical'].includes(severity),
  );
  expect(grave.map(([name, { severity }]) => `${name}: ${severity}`)).toEqual([]);
}, 150_000);
