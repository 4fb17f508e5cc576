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
beforeEach(async () => {
  sandbox.storeGate.begin();
  sandbox.backendGate.begin();
  await sandbox.faults();
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

it('takes no connection that was open before, though it stood idle', async () => {
  engine = await new TestEngine(sandbox, tempDir()).open();
  const folder = tempDir();
  const contents = [await writePhoto(path.join(folder, '1.jpg'), seed++)];
  await engine.drop(folder);
  await engine.settled();
  for (const told of ['refresh', 'wake'] as const) {
    sandbox.storeGate.begin();
    await engine.call[`engine.${told}`]();
    contents.push(await writePhoto(path.join(folder, `${told}.jpg`), seed++));
    await engine.drop(folder);
    await expectStored(contents);
    expect(sandbox.storeGate.connections, told).toBeGreaterThan(0);
  }
});

it('asks a store again that had asked for an hour of rest', async () => {
  engine = await new TestEngine(sandbox, tempDir()).open();
  const asksForRest = { kind: 'status', status: 503, code: 'SlowDown', retryAfterSeconds: 3_600 } as const;
  await sandbox.faults({ ...asksForRest, match: { operation: 'PutObject' } });
  const folder = tempDir();
  for (let index = 0; index < 12; index++) await writePhoto(path.join(folder, `${index}.jpg`), seed++);
  await engine.drop(folder);
  await engine.until(({ outage, active }) => outage === 'throttled' && active.count === 0);
  const refused = engine.rows().filter(({ attempts }) => attempts > 0).length;
  await sandbox.faults();
  await engine.call['engine.wake']();
  expect(engine.summary().outage).toBeNull();
  await engine.until(({ done }) => done.count === 12 - refused);
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
