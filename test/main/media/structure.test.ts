import { describe, expect, it } from 'vitest';
import type { FileBytes } from '../../../main/media/file-bytes.ts';
import { createScanWatch } from '../../../main/media/jpeg-structure.ts';
import { sniff } from '../../../main/media/sniff.ts';
import { checkStructure, type Structure } from '../../../main/media/structure.ts';
import { box, jpeg, picture } from './support/pictures.ts';

function check(content: Buffer, onRead: (bytes: number) => void = () => undefined): Structure {
  const bytes: FileBytes = {
    size: content.length,
    read: (offset, length) => {
      const found = content.subarray(offset, offset + length);
      onRead(found.length);
      return found;
    },
  };
  const watch = createScanWatch();
  watch.add(content, 0);
  return checkStructure(sniff(content.subarray(0, 4096), 'x'), bytes, watch.report());
}

describe.each([
  ['jpeg', picture(300, 200).jpeg()],
  ['progressive jpeg', picture(300, 200).jpeg({ progressive: true })],
  ['png', picture(300, 200).png()],
  ['gif', picture(300, 200).gif()],
  ['webp', picture(300, 200).webp()],
  ['tiff', picture(300, 200).tiff({ compression: 'none' })],
  ['tiled tiff', picture(300, 200).tiff({ tile: true, tileWidth: 64, tileHeight: 64 })],
  ['avif', picture(300, 200).avif()],
])('%s', (name, made) => {
  it('is whole when it is whole, and when something was appended', async () => {
    const content = await made.clone().toBuffer();
    expect(check(content).damaged).toBeNull();
    expect(check(Buffer.concat([content, Buffer.alloc(300)])).damaged).toBeNull();
    if (/jpeg|png|tiff/.test(name)) expect(check(content)).toMatchObject({ width: 300, height: 200 });
  });

  it('is truncated wherever it was cut', async () => {
    const content = await made.clone().toBuffer();
    for (const part of [0.05, 0.3, 0.6, 0.95]) {
      const { damaged } = check(content.subarray(0, Math.floor(content.length * part)));
      // A GIF's last byte is a common one.
      if (name !== 'gif') expect({ part, damaged }).toEqual({ part, damaged: 'truncated' });
    }
  });
});

describe('jpeg', () => {
  const second = jpeg(64, 48);

  it('is whole with a second picture or a film behind it', async () => {
    const content = await jpeg();
    const film = Buffer.concat([
      box('ftyp', Buffer.from('mp42\0\0\0\0')),
      box('mdat', Buffer.alloc(200_000, 0xff)),
    ]);
    expect(check(Buffer.concat([content, await second])).damaged).toBeNull();
    expect(check(Buffer.concat([content, film])).damaged).toBeNull();
  });

  it('with a second picture behind it is read once more, not once for each of its bytes that could begin a marker', async () => {
    const content = await jpeg(1200, 900);
    const both = Buffer.concat([content, await second]);
    expect(both.filter((byte) => byte === 0xff).length).toBeGreaterThan(500);
    let read = 0;
    check(both, (bytes) => (read += bytes));
    expect(read).toBeLessThan(2 * both.length);
  });

  it('ends at its marker wherever that lies', async () => {
    const content = await jpeg();
    const coded = content.subarray(0, -2);
    for (let more = 0; more < 70_000; more += more >= 62_000 && more < 66_000 ? 1 : 500) {
      const longer = Buffer.concat([coded, Buffer.alloc(more, 0x55), content.subarray(-2), await second]);
      expect({ more, damaged: check(longer).damaged }).toEqual({ more, damaged: null });
    }
  });
});

describe('films', () => {
  const ftyp = box('ftyp', Buffer.from('isom\0\0\0\0isom', 'latin1'));
  const moov = box('moov', Buffer.alloc(100));
  const mdat = box('mdat', Buffer.alloc(5000, 1));

  it('are whole with the index in front, behind, or in pieces', () => {
    for (const film of [
      [moov, mdat],
      [mdat, moov],
      [box('moof', Buffer.alloc(8)), mdat],
    ]) {
      expect(check(Buffer.concat([ftyp, ...film])).damaged).toBeNull();
    }
  });

  it('are truncated without their index, or without their end', () => {
    expect(check(Buffer.concat([ftyp, mdat])).damaged).toBe('truncated');
    expect(check(Buffer.concat([ftyp, moov, mdat]).subarray(0, 3000)).damaged).toBe('truncated');
  });

  it('may have boxes of 64-bit length, and one to the end of the file', () => {
    const large = Buffer.concat([box('mdat', Buffer.alloc(0)), Buffer.alloc(8), Buffer.alloc(100)]);
    large.writeUInt32BE(1, 0);
    large.writeBigUInt64BE(116n, 8);
    const open = box('mdat', Buffer.alloc(100));
    open.writeUInt32BE(0, 0);
    expect(check(Buffer.concat([ftyp, large, moov])).damaged).toBeNull();
    expect(check(Buffer.concat([ftyp, moov, open])).damaged).toBeNull();
  });
});
