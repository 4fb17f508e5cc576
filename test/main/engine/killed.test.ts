/** An engine that was killed stops nothing cleanly: what it had in work is in its database as if it still were. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { noise, sha256 } from '../../support/files.ts';
import type { GateRequest } from '../../support/http-gate.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openGatedSandbox, subOf, type GatedSandbox } from '../../support/test-sandbox.ts';

let sandbox: GatedSandbox;
beforeAll(async () => {
  sandbox = await openGatedSandbox('sandbox');
});
afterAll(() => sandbox.stop());

let engines: TestEngine[] = [];
afterEach(async () => {
  sandbox.storeGate.release();
  await Promise.all(engines.map((engine) => engine.stop()));
  engines = [];
});

function newEngine(): TestEngine {
  const engine = new TestEngine(sandbox, tempDir());
  engines.push(engine);
  return engine;
}

/** A new engine on all that a kill at this moment would leave: the files as they are, the database with its log. */
async function killed(engine: TestEngine): Promise<TestEngine> {
  const next = newEngine();
  fs.cpSync(engine.userDataDir, next.userDataDir, { recursive: true });
  await engine.stop();
  sandbox.storeGate.begin();
  return next;
}

it('what was in work waits again at the next start, at its step and without a penalty, and is stored', async () => {
  const engine = await newEngine().open();
  sandbox.storeGate.begin(({ method }) => (method === 'PUT' ? 'hold' : 'pass'));
  const folder = tempDir();
  const contents: Buffer[] = [];
  for (let index = 0; index < 3; index++)
    contents.push(await writePhoto(path.join(folder, `${index}.jpg`), 95_000 + index));
  await engine.drop(folder);
  await sandbox.storeGate.until(() => sandbox.storeGate.held === contents.length);
  const inWork = contents.map(() => ({ kind: 'active', step: 'sending' }));
  expect(engine.rows().map(({ state }) => state)).toEqual(inWork);

  const next = await killed(engine);
  await next.call['engine.start']({ userDataDir: next.userDataDir });
  expect(next.events.find(({ event }) => event === 'engine.started')?.fields).toEqual({
    released: contents.length,
    recovered: true,
  });
  // Nobody can send for them yet, so that they are seen as they were given back.
  await next.signIn('demo', true);
  expect(next.rows().map(({ state, attempts }) => ({ ...state, attempts }))).toEqual(
    contents.map(() => ({ kind: 'waiting', step: 'sending', reason: 'ready', nextTryAt: null, attempts: 0 })),
  );

  await next.signIn('demo');
  expect((await next.settled()).done.count).toBe(contents.length);
  const objects = await sandbox.objects('demo');
  for (const content of contents)
    expect(objects.get(`users/${subOf('demo')}/photos/${sha256(content)}.jpg`)?.equals(content)).toBe(true);
});

it('an upload that was given up is aborted at the next start, though nothing else is left to do', async () => {
  const engine = await newEngine().open();
  const isPart = ({ method }: GateRequest): boolean => method === 'PUT';
  const isAbort = ({ method }: GateRequest): boolean => method === 'DELETE';
  sandbox.storeGate.begin((request) => (isPart(request) ? 'hold' : isAbort(request) ? 'portal' : 'pass'));
  const file = path.join(tempDir(), 'long.jpg');
  const head = await writePhoto(file, 95_003);
  fs.writeFileSync(file, Buffer.concat([head, noise(17 * 1024 ** 2, 95)]));
  await engine.drop(file);
  await sandbox.storeGate.until(() => sandbox.storeGate.requests.some(isPart));
  await engine.call['queue.remove']([engine.row('long.jpg').id]);
  await sandbox.storeGate.until(() => sandbox.storeGate.requests.some(isAbort));

  const next = await (await killed(engine)).open();
  expect(next.summary().all.count).toBe(0);
  await expect
    .poll(() => sandbox.storeGate.requests.filter(isAbort).map(({ status }) => status))
    .toEqual([204]);
});
