/** Pictures from the clipboard, in the real engine, up to the store. */
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { noise, sha256 } from '../../support/files.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { readTree, TestEngine } from '../../support/test-engine.ts';
import { openTestSandbox, subOf, type TestSandbox } from '../../support/test-sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(() => sandbox.stop());

let engines: TestEngine[] = [];
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop()));
  engines = [];
});
function newEngine(userDataDir = tempDir()): TestEngine {
  const engine = new TestEngine(sandbox, userDataDir);
  engines.push(engine);
  return engine;
}

let seed = 30_000;
/** What Chromium makes of the clipboard: a picture that no file has. */
const picture = (): Promise<Buffer> =>
  sharp(noise(64 * 64 * 3, seed++), { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer();

function keptIn({ userDataDir }: TestEngine): Buffer[] {
  const folder = path.join(userDataDir, 'pasted');
  const files = fs.existsSync(folder) ? [...readTree(folder)] : [];
  return files.filter(([name]) => !isAside(name)).map(([, bytes]) => bytes);
}

/** A person took it out of the queue. */
const isAside = (name: string): boolean => path.basename(path.dirname(name)) === 'removed';

async function isStored(png: Buffer): Promise<boolean> {
  const objects = await sandbox.objects('demo');
  return objects.get(`users/${subOf('demo')}/photos/${sha256(png)}.png`)?.equals(png) === true;
}

it('is kept until it is stored, also by an engine that dies in between', async () => {
  const engine = await newEngine().open();
  await engine.call['queue.pause']();
  const [png, removed] = [await picture(), await picture()];
  await engine.call['intake.paste'](png);
  await engine.until(({ intake, waiting }) => intake?.running === false && waiting.count === 1);
  await engine.call['intake.paste'](removed);
  await engine.until(({ intake, waiting }) => intake?.running === false && waiting.count === 2);
  expect(engine.rows()[0]?.fileName).toMatch(/^Pasted image \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d( \(2\))?\.png$/);
  expect(engine.rows().map(({ pasted }) => pasted)).toEqual([true, true]);
  // Taken out again: no longer of the queue.
  await engine.call['queue.remove']([engine.rows()[1]?.id ?? 0]);
  await expect.poll(() => keptIn(engine)).toEqual([png]);
  await engine.stop();
  engines = [];
  expect(keptIn(engine)).toEqual([png]);

  // This one died between the file and the row.
  const lost = await picture();
  const [name = ''] = fs.readdirSync(path.join(engine.userDataDir, 'pasted'));
  fs.writeFileSync(path.join(engine.userDataDir, 'pasted', name, 'Pasted image of before.png'), lost);
  const next = await newEngine(engine.userDataDir).open();
  await next.until(({ waiting }) => waiting.count === 2);
  await next.call['queue.resume']();
  expect(await next.settled()).toMatchObject({ done: { count: 2 }, attention: { count: 0 } });
  expect([await isStored(png), await isStored(lost), await isStored(removed)]).toEqual([true, true, false]);
  await expect.poll(() => keptIn(next)).toEqual([]);
});

it('that is none, or has no room, is refused', async () => {
  const engine = await newEngine().open();
  await expect(engine.call['intake.paste'](Buffer.from('<svg/>'))).rejects.toMatchObject({
    problem: { code: 'bad_request' },
  });
  fs.writeFileSync(path.join(engine.userDataDir, 'pasted'), 'in the way');
  await expect(engine.call['intake.paste'](await picture())).rejects.toMatchObject({
    problem: { code: 'paste_failed' },
  });
  expect(engine.summary().all.count).toBe(0);
});
