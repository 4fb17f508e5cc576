/** After a sleep or in another network: what hangs on old connections begins anew, at once and without a penalty. */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { sha256 } from '../../support/files.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openGatedSandbox, subOf, type GatedSandbox } from '../../support/test-sandbox.ts';

let sandbox: GatedSandbox;
beforeAll(async () => {
  sandbox = await openGatedSandbox('sandbox');
});
afterAll(() => sandbox.stop());

let engine: TestEngine;
beforeEach(() => {
  sandbox.storeGate.begin();
  sandbox.backendGate.begin();
});
afterEach(() => engine.stop());

/** Every photo of this file has a content of its own: the library keeps what an earlier test stored. */
let seed = 80_000;

/** An engine of which every request to the store hangs, as over a connection that died in a sleep. */
async function openHanging(): Promise<Buffer[]> {
  engine = await new TestEngine(sandbox, tempDir()).open();
  sandbox.storeGate.begin(({ method }) => (method === 'PUT' ? 'hold' : 'pass'));
  const folder = tempDir();
  const contents: Buffer[] = [];
  for (let index = 0; index < 4; index++)
    contents.push(await writePhoto(path.join(folder, `${index}.jpg`), seed++));
  await engine.drop(folder);
  await sandbox.storeGate.until(() => sandbox.storeGate.held === contents.length);
  return contents;
}

const grantsAsked = (): number =>
  sandbox.backendGate.requests.filter(({ url }) => url.endsWith('/upload-grants')).length;

async function expectStored(contents: Buffer[]): Promise<void> {
  expect(await engine.settled()).toMatchObject({ done: { count: contents.length }, paused: null });
  // The watchdog, which ends what hangs after half a minute, would have called it a failure.
  expect(engine.events.filter(({ event }) => event === 'upload.failed')).toEqual([]);
  const objects = await sandbox.objects('demo');
  for (const content of contents)
    expect(objects.get(`users/${subOf('demo')}/photos/${sha256(content)}.jpg`)?.equals(content)).toBe(true);
}

it('goes on over new connections, with a new grant', async () => {
  const contents = await openHanging();
  expect(grantsAsked()).toBe(1);
  // Those that hang go on hanging: only new requests get through.
  sandbox.storeGate.begin();
  await engine.call['engine.refresh']();
  await expectStored(contents);
  expect(grantsAsked()).toBe(2);
});

it('goes on after a sleep of which only the end was told', async () => {
  const contents = await openHanging();
  sandbox.storeGate.begin();
  await engine.call['engine.wake']();
  await expectStored(contents);
  expect(grantsAsked()).toBe(2);
});

it('keeps a pause by the person through a sleep', async () => {
  const contents = await openHanging();
  await engine.call['queue.pause']();
  await engine.call['engine.suspend']();
  sandbox.storeGate.begin();
  await engine.call['engine.wake']();
  await engine.until(({ paused, active }) => paused === 'user' && active.count === 0);
  expect(sandbox.storeGate.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  await engine.call['queue.resume']();
  await expectStored(contents);
});

it('rests while the battery is spared, also the work that needs no network, and whoever signs in meanwhile', async () => {
  const contents = await openHanging();
  await engine.call['engine.spareBattery'](true);
  await engine.until(({ paused, active }) => paused === 'battery' && active.count === 0);
  sandbox.storeGate.begin();
  await engine.signIn(null);
  await engine.signIn('demo');
  expect(engine.summary().paused).toBe('battery');
  const folder = tempDir();
  const more = await writePhoto(path.join(folder, 'more.jpg'), seed++);
  await engine.drop(folder);
  expect(engine.row('more.jpg').state).toMatchObject({ kind: 'waiting', step: 'inspecting' });
  expect(sandbox.storeGate.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  await engine.call['engine.spareBattery'](false);
  await expectStored([...contents, more]);
});
