/** Puts things into the system's clipboard, as a file manager and a screenshot do. */
import { pathToFileURL } from 'node:url';
import type { ElectronApplication } from 'playwright-core';

/** The clipboard of Electron up to 44; later ones write items, as pages do. */
interface PlainClipboard {
  writeBuffer?: (format: string, data: Buffer) => void;
}

/** Copies files. */
export async function copyFiles(
  electron: ElectronApplication | null,
  paths: readonly string[],
): Promise<void> {
  const list = paths.map((file) => pathToFileURL(file).href).join('\r\n');
  await put(electron, 'text/uri-list', Buffer.from(list));
}

/** Copies a picture that no file has. */
export async function copyPicture(electron: ElectronApplication | null, png: Buffer): Promise<void> {
  await put(electron, 'image/png', png);
}

async function put(electron: ElectronApplication | null, format: string, bytes: Buffer): Promise<void> {
  if (electron === null) throw new Error('A packaged app lets nobody at its clipboard.');
  await electron.evaluate(
    async ({ clipboard, ClipboardItem }, [type, base64]) => {
      const data = Buffer.from(base64, 'base64');
      const plain = clipboard as unknown as PlainClipboard;
      if (plain.writeBuffer === undefined)
        await clipboard.write([new ClipboardItem({ [type]: new Blob([data]) })]);
      else plain.writeBuffer(type, data);
    },
    [format, bytes.toString('base64')] as const,
  );
}
