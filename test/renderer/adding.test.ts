/** Adding photos: dropped, pasted, chosen, and what was left out. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { intakeReport, makeSummary, scenarioOf } from './support/scenarios.ts';
import { violationsIn } from './support/violations.ts';
import { openerOfWindows, type WindowPage } from './support/window-page.ts';

const open = openerOfWindows();

/** Drags something over the window through the browser's own machinery, step by step. */
async function startDrag(view: WindowPage, what: { files: string[] } | { text: string }) {
  const devtools = await view.page.context().newCDPSession(view.page);
  const data = {
    items: 'text' in what ? [{ mimeType: 'text/plain', data: what.text }] : [],
    files: 'files' in what ? what.files : [],
    dragOperationsMask: 1,
  };
  const send = (type: 'dragEnter' | 'dragOver' | 'drop', x: number, y: number): Promise<unknown> =>
    devtools.send('Input.dispatchDragEvent', { type, x, y, data });
  await send('dragEnter', 200, 300);
  await send('dragOver', 400, 20);
  await send('dragOver', 400, 300);
  return {
    drop: () => send('drop', 400, 300),
    // DevTools cannot drag out of the window, so the page's last event of a drag is made by hand.
    leave: () =>
      view.page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true }))),
  };
}

describe('adding photos', () => {
  let folder: string;
  let photo: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tintype-drop-'));
    photo = path.join(folder, 'IMG_1.jpg');
    await writeFile(photo, 'x');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('covers the window while files are dragged over it and takes them when they drop', async () => {
    const view = await open(scenarioOf('empty'));
    const overlay = view.page.getByTestId('drop-overlay');
    const passing = await startDrag(view, { files: [photo] });
    await overlay.waitFor();
    await expect.poll(() => overlay.textContent()).toContain('Drop to add to the queue');
    await passing.leave();
    await overlay.waitFor({ state: 'detached' });
    const second = path.join(folder, 'IMG_2.png');
    await writeFile(second, 'y');
    const dropping = await startDrag(view, { files: [photo, second, folder] });
    await overlay.waitFor();
    await expect
      .poll(() => overlay.textContent())
      .toBe('Drop to add to the queue2 photos, 1 folder or other item');
    await dropping.drop();
    await overlay.waitFor({ state: 'detached' });
    await expect
      .poll(() => view.calls('addFiles'))
      .toEqual([[photo, second, folder].map((file) => path.basename(file))]);
    expect(view.page.url()).toMatch(/^http:/);
  });

  it('explains itself when what is dropped is not a file', async () => {
    const view = await open(scenarioOf('queue'));
    const dragged = await startDrag(view, { text: 'https://example.org/' });
    await expect.poll(() => view.page.getByTestId('drop-overlay').getAttribute('data-kind')).toBe('other');
    await dragged.drop();
    await view.page.getByTestId('notice').waitFor();
    await expect.poll(() => view.calls('addFiles')).toEqual([]);
  });

  it('takes files and pictures that are pasted, and leaves text to the fields', async () => {
    const view = await open(scenarioOf('queue'));
    const paste = (testId: string | null, ...files: string[]): Promise<void> =>
      view.page.evaluate(
        ([place, pasted]) => {
          const clipboardData = new DataTransfer();
          for (const name of pasted) clipboardData.items.add(new File(['x'], name, { type: 'image/png' }));
          if (pasted.length === 0) clipboardData.setData('text/plain', 'a word');
          const target = place === null ? document.body : document.querySelector(`[data-testid=${place}]`);
          target?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
        },
        [testId, files] as const,
      );
    await paste(null, 'image.png');
    await paste('search', 'image.png');
    await paste('search');
    await expect.poll(() => view.calls('addFiles')).toEqual([['image.png']]);
    await expect.poll(() => view.page.getByTestId('notice').count()).toBe(0);
    await paste(null);
    await expect
      .poll(() => view.page.getByTestId('notice').textContent())
      .toContain('Only files and pictures can be pasted');
    await view.emit('auth.changed', { kind: 'signedOut' });
    await view.page.getByTestId('view-signed-out').waitFor();
    await paste(null, 'image.png');
    await view.page.getByTestId('notice').filter({ hasText: 'Then paste it here again.' }).waitFor();
    await expect.poll(() => view.calls('addFiles')).toHaveLength(1);
  });

  it('asks for a sign-in before it takes files', async () => {
    const view = await open(scenarioOf('signed-out'));
    const dragged = await startDrag(view, { files: [photo] });
    await expect.poll(() => view.page.getByTestId('drop-overlay').textContent()).toContain('Sign in first');
    await dragged.drop();
    await expect.poll(() => view.page.getByTestId('notice').textContent()).toContain('Sign in first');
    await expect.poll(() => view.calls('addFiles')).toEqual([]);
  });

  it('opens the dialogs', async () => {
    const view = await open(scenarioOf('empty'));
    await view.page.getByTestId('choose-files').click();
    await view.page.getByTestId('choose-folder').click();
    await expect.poll(() => view.calls('intake.choose')).toEqual([['files'], ['folder']]);
  });

  it('names every skipped file with the reason, until dismissed, and speaks up for the next drop', async () => {
    const view = await open(scenarioOf('queue-intake'));
    const report = view.page.getByTestId('intake-report');
    await expect
      .poll(() => report.textContent())
      .toContain('101 queued, 8 skipped: 7 not photos, 1 unreadable');
    await report.getByTestId('intake-details').click();
    const items = report.getByRole('listitem');
    await items.first().waitFor();
    await expect.poll(() => items.count()).toBe(4);
    await expect
      .poll(() => items.first().textContent())
      .toMatch(/README\.md.*Its content is not that of a photo/);
    expect(await violationsIn(view.page)).toEqual([]);
    await report.getByTestId('save-skipped').click();
    await expect.poll(() => view.calls('intake.saveReport')).toHaveLength(1);
    await report.getByRole('button', { name: 'Dismiss' }).click();
    await report.waitFor({ state: 'detached' });
    await view.emit('queue.changed', makeSummary({ done: 1 }, { intake: { ...intakeReport, id: 2 } }));
    await report.waitFor();
  });
});
