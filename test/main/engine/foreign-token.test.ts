/** Main may be between two people's sessions when the engine asks for a token. */
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
    await engine.until(({ paused, waiting }) => paused === 'signedOut' && waiting.count === 1);
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
