import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PhotoDetails } from '../../../preload/contract/model.ts';
import { writePhoto } from '../../support/photo-files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { TestEngine } from '../../support/test-engine.ts';
import { openTestSandbox, type TestSandbox } from '../../support/test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(() => sandbox.stop());

it('remembers of a photo that failed once what the store said, also when it is through', async () => {
  const engine = await new TestEngine(sandbox, tempDir()).open();
  const folder = tempDir();
  await writePhoto(path.join(folder, 'a.jpg'), 420_001, 64);
  await sandbox.faults({
    kind: 'status',
    status: 500,
    code: 'InternalError',
    times: 1,
    match: { operation: 'PutObject' },
  });
  await engine.drop(folder);
  await engine.settled();
  const details = (await engine.call['queue.details'](engine.row('a.jpg').id)) as PhotoDetails;
  expect(details.row.state).toEqual({ kind: 'done', duplicateOf: null });
  expect(details.attempts).toEqual([
    {
      at: expect.any(Number),
      step: 'sending',
      outcome: { kind: 'waits', reason: 'server_error', nextTryAt: expect.any(Number) },
      tookMs: expect.any(Number),
      bytes: expect.any(Number),
      detail: 'store 500 InternalError',
      status: 500,
      requestId: expect.stringMatching(/./),
      host: new URL(sandbox.storeUrl).host,
    },
  ]);
  await engine.stop();
});
