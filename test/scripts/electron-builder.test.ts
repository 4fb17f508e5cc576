import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from './support/script.ts';

const require = createRequire(path.join(root, 'node_modules', 'electron-builder', 'package.json'));
const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config') as {
  getConfig(project: string, file: string, request: null): Promise<Record<string, unknown>>;
  validateConfiguration(config: unknown, log: unknown): Promise<void>;
};
const { DebugLogger } = require('builder-util') as { DebugLogger: new (enabled: boolean) => unknown };

const configuration = (): Promise<Record<string, unknown>> => getConfig(root, 'electron-builder.yml', null);

it('is a configuration that electron-builder accepts, for every platform', async () => {
  const config = await configuration();
  expect(Object.keys(config)).toEqual(expect.arrayContaining(['linux', 'mac', 'win']));
  await validateConfiguration(config, new DebugLogger(false));
  await expect(
    validateConfiguration({ ...config, mac: { entitlement: 'x' } }, new DebugLogger(false)),
  ).rejects.toThrow();
});

it('lists what goes in, and lets the app run nothing but itself', async () => {
  const config = await configuration();
  const files = config['files'] as { filter: string[] }[] | string[];
  const included = files.flatMap((entry) => (typeof entry === 'string' ? [entry] : entry.filter));
  expect(included.filter((pattern) => !pattern.startsWith('!'))).toEqual([
    'out/{main,preload,renderer}/**',
    'package.json',
  ]);
  expect(config['electronFuses']).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
  });
});
