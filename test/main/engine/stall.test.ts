/** What the window is told when a store takes a photo and says nothing: with the real watchdogs, so it takes half a minute. */
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writePhoto } from '../../support/photo-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openTestSandbox, type TestSandbox } from '../../support/test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(() => sandbox.stop());

it('is that nothing arrives, until the photo has been sent anew', { timeout: 120_000 }, async () => {
  const engine = await new TestEngine(sandbox, tempDir()).open();
  await sandbox.faults({ kind: 'stall', times: 1, match: { operation: 'PutObject' } });
  const folder = tempDir();
  await writePhoto(path.join(folder, 'a.jpg'), 40_000);
  await engine.drop(folder);
  const { stall } = await engine.until((summary) => summary.stall !== null);
  expect(stall).toEqual({ cause: 'sending', reason: null, nextTryAt: null });
  await engine.settled();
  expect(engine.summary()).toMatchObject({ done: { count: 1 }, stall: null });
  await engine.stop();
});
