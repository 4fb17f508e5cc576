/** What is done with rows, and with what is selected, through the engine's own calls. */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { noSelection, type Page, type View } from '../../../preload/contract/model.ts';
import { createRowHandlers } from '../../../main/engine/row-handlers.ts';
import { createSelection } from '../../../main/queue/selection.ts';
import { newPhoto, openQueue, owner } from '../../support/queue.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openGatedSandbox, type GatedSandbox } from '../../support/test-sandbox.ts';

let sandbox: GatedSandbox;
let running: TestEngine | null = null;
beforeAll(async () => {
  sandbox = await openGatedSandbox('sandbox');
});
afterAll(() => sandbox.stop());
afterEach(async () => {
  sandbox.storeGate.release();
  await running?.stop();
  running = null;
});

let seed = 70_000;
const view: View = { filter: 'all', sort: 'added', descending: false, search: '' };
const namesOf = (page: Page, only: (row: Page['rows'][number]) => boolean): string[] =>
  page.rows.filter(only).map(({ fileName }) => fileName);

async function paused(names: string[]): Promise<TestEngine> {
  const engine = await new TestEngine(sandbox, tempDir()).open();
  running = engine;
  await engine.call['queue.pause']();
  const folder = tempDir();
  for (const name of names) await writePhoto(path.join(folder, name), (seed += 1), 32);
  await engine.drop(folder);
  return engine;
}
const pageOf = async (engine: TestEngine): Promise<Page> =>
  engine.call['queue.page']({ ...view, offset: 0, limit: 100 });

it('does to the selection what can be done to each row of it', async () => {
  const engine = await paused(['Paris 1.jpg', 'Paris 2.jpg', 'Rome 1.jpg', 'Rome 2.jpg']);
  const found = { ...view, search: 'paris' };
  const selection = await engine.call['queue.select']({ kind: 'all', view: found });
  expect(selection).toMatchObject({ count: 2, going: 2, held: 0 });
  expect(namesOf(await pageOf(engine), ({ selected }) => selected)).toEqual(['Paris 1.jpg', 'Paris 2.jpg']);
  expect(await engine.call['queue.act']('hold')).toMatchObject({ count: 2, going: 0, held: 2 });
  expect(namesOf(await pageOf(engine), ({ held }) => held)).toEqual(['Paris 1.jpg', 'Paris 2.jpg']);
  expect(await engine.call['queue.act']('release')).toMatchObject({ going: 2, held: 0 });
  expect(await engine.call['queue.act']('remove')).toEqual(noSelection);
  expect(namesOf(await pageOf(engine), () => true)).toEqual(['Rome 1.jpg', 'Rome 2.jpg']);
});

it('puts a large selection first in its own order', async () => {
  const { database, queue, pages } = openQueue();
  queue.add(
    owner,
    Array.from({ length: 2_600 }, (_, index) => newPhoto(index + 1)),
  );
  const selection = createSelection(database.db, pages);
  const handlers = createRowHandlers({
    need: () => ({ queue, pages, selection }),
    owner: () => owner,
    uploader: () => null,
    onChange: () => undefined,
  });
  await handlers['queue.select']({ kind: 'range', view, from: 101, to: 2_600, add: false });
  await handlers['queue.act']('prioritise');
  const claimed = queue.claim(owner, 'inspecting', 2_600).map(({ id }) => id);
  const numbers = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);
  expect(claimed).toEqual([...numbers(101, 2_600), ...numbers(1, 100)]);
});

it('forgets the selection with the person who made it', async () => {
  const engine = await paused(['1.jpg']);
  await engine.call['queue.select']({ kind: 'all', view });
  await engine.signIn(null);
  await engine.signIn('demo');
  expect(await engine.call['queue.selection']()).toEqual(noSelection);
});

it.each(['remove', 'hold'] as const)('ends the request of a photo under way: %s', async (action) => {
  const engine = await paused(['under way.jpg']);
  sandbox.storeGate.begin(({ method }) => (method === 'PUT' ? 'hold' : 'pass'));
  await engine.call['queue.resume']();
  await sandbox.storeGate.until(() => sandbox.storeGate.held === 1);
  await engine.call[`queue.${action}`]([engine.row('under way.jpg').id]);
  await expect.poll(() => sandbox.storeGate.held).toBe(0);
  expect(engine.events.filter(({ event }) => event === 'upload.failed')).toEqual([]);
});

it('puts a photo first also among those that stand ready to be sent', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `${index}.jpg`);
  const engine = await paused(names);
  await engine.call['engine.limit']({ bytesPerSecond: null, transfers: 1 });
  sandbox.storeGate.begin(({ method }) => (method === 'PUT' ? 'hold' : 'pass'));
  await engine.call['queue.resume']();
  await engine.until(() =>
    engine.rows().every(({ state }) => state.kind === 'active' && state.step === 'sending'),
  );
  const { id } = engine.row('7.jpg');
  const key = (await engine.call['queue.details'](id))?.sha256;
  await engine.call['queue.prioritise']([id]);
  sandbox.storeGate.release();
  await engine.settled();
  const sent = sandbox.storeGate.requests.filter(({ method }) => method === 'PUT').map(({ url }) => url);
  expect(sent).toHaveLength(names.length);
  // Only those stay before it with which the engine had begun.
  expect(sent.findIndex((url) => url.includes(String(key)))).toBeLessThan(names.length - 1);
});
