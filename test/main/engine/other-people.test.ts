/** One person's queue while another is at the window: neither sent for them nor shown to them. */
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writePhoto } from '../../support/photo-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openGatedSandbox, type GatedSandbox } from '../../support/test-sandbox.ts';

let sandbox: GatedSandbox;
beforeAll(async () => {
  sandbox = await openGatedSandbox('sandbox');
});
afterAll(() => sandbox.stop());

// Main may be between two people's sessions when the engine asks for a token.
it('with somebody else’s token nothing is sent: the queue waits for its own person', async () => {
  const engine = await new TestEngine(sandbox, tempDir()).open('demo');
  try {
    let asked = 0;
    engine.token = async () => {
      asked += 1;
      return { ok: true, token: await sandbox.token('second') };
    };
    const folder = tempDir();
    await writePhoto(path.join(folder, 'of-demo.jpg'), 770_000, 64);
    await engine.drop(folder);
    await engine.until(
      ({ paused, waiting, active }) =>
        (paused !== null && waiting.count === 1) || waiting.count + active.count === 0,
    );
    expect(engine.summary().paused).toBe('signedOut');
    expect(asked).toBeGreaterThan(0);
    for (const person of ['demo', 'second'] as const)
      expect((await sandbox.objects(person)).size, person).toBe(0);

    await engine.signIn('demo');
    await engine.settled();
    expect([(await sandbox.objects('demo')).size, (await sandbox.objects('second')).size]).toEqual([1, 0]);
  } finally {
    await engine.stop();
  }
});

it.each(['second', null] as const)(
  'what is under way for one ends before another comes: %s',
  async (next) => {
    const engine = await new TestEngine(sandbox, tempDir()).open('demo');
    try {
      sandbox.storeGate.begin(({ method }) => (method === 'PUT' ? 'hold' : 'pass'));
      const folder = tempDir();
      await writePhoto(path.join(folder, 'under-way.jpg'), next === null ? 770_010 : 770_011, 64);
      await engine.drop(folder);
      await sandbox.storeGate.until(() => sandbox.storeGate.held === 1);
      await engine.signIn(next);
      await expect.poll(() => sandbox.storeGate.held).toBe(0);
      sandbox.storeGate.begin();
      await engine.signIn('demo');
      expect((await engine.settled()).done.count).toBe(1);
      expect(engine.row('under-way.jpg').attempts).toBe(0);
    } finally {
      sandbox.storeGate.release();
      await engine.stop();
    }
  },
);

it('by the number of somebody else’s row nothing is seen and nothing is done', async () => {
  const engine = await new TestEngine(sandbox, tempDir()).open('demo');
  try {
    const folder = tempDir();
    const photo = (name: string, seed: number): Promise<unknown> =>
      writePhoto(path.join(folder, name), seed, 64);
    await photo('archived.jpg', 770_001);
    await engine.drop(folder);
    await engine.settled();
    const archived = engine.row('archived.jpg').id;
    await engine.call['queue.archive']();
    await engine.call['queue.pause']();
    await photo('held.jpg', 770_002);
    await photo('waiting.jpg', 770_003);
    await engine.drop(path.join(folder, 'held.jpg'), path.join(folder, 'waiting.jpg'));
    const [held, waiting] = ['held.jpg', 'waiting.jpg'].map((name) => engine.row(name).id) as [
      number,
      number,
    ];
    await engine.call['queue.hold']([held]);
    const ids = [archived, held, waiting];
    for (const id of ids) expect(await engine.call['media.thumbnail'](id), 'of one’s own').not.toBeNull();
    const before = engine.rows();
    expect(before).toHaveLength(3);

    await engine.signIn('second');
    for (const id of ids) {
      expect(await engine.call['media.thumbnail'](id)).toBeNull();
      expect(await engine.call['queue.details'](id)).toBeNull();
      await expect(async () => engine.call['media.place'](id)).rejects.toMatchObject({
        problem: { code: 'bad_request' },
      });
      await expect(async () => engine.call['queue.relocate'](id, folder)).rejects.toMatchObject({
        problem: { code: expect.any(String) as string },
      });
      await engine.call['queue.select']({ kind: 'one', id, toggle: true });
    }
    for (const call of ['release', 'prioritise', 'retry', 'uploadAnyway', 'hold', 'remove'] as const)
      await engine.call[`queue.${call}`](ids);
    for (const action of ['release', 'remove'] as const) {
      for (const id of ids) await engine.call['queue.select']({ kind: 'one', id, toggle: true });
      await engine.call['queue.act'](action);
    }
    expect(await engine.call['queue.cancelAll']()).toBe(0);
    expect(engine.summary().all.count).toBe(0);

    await engine.signIn('demo');
    expect(engine.rows()).toEqual(before);
    expect(await engine.call['media.thumbnail'](archived)).not.toBeNull();
  } finally {
    await engine.stop();
  }
});
