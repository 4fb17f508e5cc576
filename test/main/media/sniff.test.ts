import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HEAD_BYTES, sniff } from '../../../main/media/sniff.ts';
import { box, picture, realPhotos } from './support/pictures.ts';

const bytes = (text: string, length = 64): Buffer => Buffer.concat([Buffer.from(text, 'latin1')], length);
const ftyp = (...brands: string[]): Buffer =>
  box('ftyp', Buffer.from(`${brands[0]}\0\0\0\0${brands.slice(1).join('')}`, 'latin1'));

describe('what the content says', () => {
  it.each(['jpeg', 'png', 'gif', 'webp', 'tiff', 'avif'] as const)(
    'knows a %s that a library made',
    async (format) => {
      const file = await picture(64, 48).toFormat(format).toBuffer();
      expect(sniff(file.subarray(0, HEAD_BYTES), 'photo')).toMatchObject({
        kind: 'photo',
        contentType: `image/${format}`,
      });
    },
  );

  const bitmap = bytes('BM');
  bitmap.writeUInt32LE(40, 14);
  const transportStream = Buffer.alloc(1000);
  for (let at = 4; at < 1000; at += 192) transportStream[at] = 0x47;

  it.each([
    ['heic', ftyp('heic', 'mif1'), 'image/heic'],
    ['heic of Android', ftyp('mif1', 'mif1', 'heic'), 'image/heic'],
    ['heif of unknown coding', ftyp('mif1', 'mif1'), 'image/heif'],
    ['CR3', ftyp('crx ', 'crx '), 'image/x-canon-cr3'],
    ['MP4', ftyp('isom', 'isom', 'avc1'), 'video/mp4'],
    ['MOV', ftyp('qt  ', 'qt  '), 'video/quicktime'],
    ['3GP', ftyp('3gp5'), 'video/3gpp'],
    ['QuickTime without ftyp', box('moov', Buffer.alloc(40)), 'video/quicktime'],
    ['CR2', bytes('II*\0\x10\0\0\0CR\x02\0'), 'image/x-canon-cr2'],
    ['RAF', bytes('FUJIFILMCCD-RAW 0201'), 'image/x-fuji-raf'],
    ['ORF', bytes('IIRO\x08\0\0\0'), 'image/x-olympus-orf'],
    ['RW2', bytes('IIU\0\x18\0\0\0'), 'image/x-panasonic-rw2'],
    ['BMP', bitmap, 'image/bmp'],
    ['PSD', bytes('8BPS\0\x01'), 'image/vnd.adobe.photoshop'],
    ['JPEG XL', bytes('\0\0\0\x0cJXL \r\n\x87\n'), 'image/jxl'],
    ['JPEG 2000', bytes('\0\0\0\x0cjP  \r\n\x87\n'), 'image/jp2'],
    ['AVI', bytes('RIFF\0\0\0\0AVI LIST'), 'video/x-msvideo'],
    ['WebM', bytes('\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm'), 'video/webm'],
    ['Matroska', bytes('\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska'), 'video/x-matroska'],
    ['M2TS', transportStream, 'video/mp2t'],
    ['MPEG', bytes('\0\0\x01\xba'), 'video/mpeg'],
  ])('knows %s whatever it is called', (_name, head, contentType) => {
    const sniffed = sniff(head, 'backup.txt');
    expect(sniffed.contentType).toBe(contentType);
    expect(sniffed.kind).toBe(contentType.split('/')[0] === 'image' ? 'photo' : 'video');
    expect(sniffed.byName).toBeUndefined();
  });

  it('tells the camera files that are TIFF inside by their names', () => {
    const head = bytes('II*\0\x08\0\0\0');
    expect(sniff(head, 'DSC_1.NEF').contentType).toBe('image/x-nikon-nef');
    expect(sniff(head, '/card/DCIM/a.b/L1000001.dng').contentType).toBe('image/x-adobe-dng');
    expect(sniff(head, 'scan.jpg')).toMatchObject({ contentType: 'image/tiff', extension: 'tif' });
  });
});

describe('what is no photo', () => {
  it.each([
    ['a text', Buffer.from('Shot on a rainy day.\nSee the other folder.\n')],
    ['HTML', Buffer.from('<!doctype html><title>404 Not Found</title>')],
    ['a sidecar', Buffer.from('\ufeff<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"/>')],
    ['JSON', Buffer.from('{"title":"café"}')],
    ['UTF-16 text', Buffer.from('\ufeffDie Bilder vom Sommer\r\n', 'utf16le')],
    ['a bitmap only by its first letters', Buffer.from('BMW, a list of all models and their years\n')],
    ['PDF', bytes('%PDF-1.7\n%\xe2\xe3\xcf\xd3')],
    ['zip', bytes('PK\x03\x04\x14\0')],
    ['.DS_Store', bytes('\0\0\0\x01Bud1\0\0\x10\0')],
    ['Thumbs.db', bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')],
    ['what macOS leaves beside a photo', bytes('\0\x05\x16\x07\0\x02\0\0Mac OS X')],
    ['sound', ftyp('M4A ', 'M4A ')],
  ])('%s, even under a photo’s name', (_name, head) => {
    expect(sniff(head, 'IMG_0001.JPG').kind).toBe('other');
  });

  it('unknown bytes under an unknown name', () => {
    expect(sniff(Buffer.alloc(64), 'catalog.lrcat')).toEqual({
      kind: 'other',
      contentType: 'application/octet-stream',
      extension: 'lrcat',
    });
    expect(sniff(Buffer.alloc(0), 'constructor').kind).toBe('other');
    expect(sniff(Buffer.alloc(8), 'a.constructor').kind).toBe('other');
  });
});

describe('a photo whose head is lost', () => {
  it.each([
    ['zeros', Buffer.alloc(HEAD_BYTES)],
    ['garbage', Buffer.from(Array.from({ length: 512 }, (_, index) => (index * 89 + 7) & 0xff))],
    ['nothing', Buffer.alloc(0)],
  ])('%s is a photo by its name', (_name, head) => {
    expect(sniff(head, 'IMG_0001.JPG')).toEqual({
      kind: 'photo',
      contentType: 'image/jpeg',
      extension: 'jpg',
      byName: true,
    });
    expect(sniff(head, 'clip.mts')).toMatchObject({ kind: 'video', byName: true });
  });
});

it.runIf(realPhotos().length > 0)('takes every real photo for what it is', () => {
  for (const file of realPhotos()) {
    const sniffed = sniff(fs.readFileSync(file).subarray(0, HEAD_BYTES), 'x');
    expect({ file, kind: sniffed.kind, byName: sniffed.byName }).toEqual({
      file,
      kind: 'photo',
      byName: undefined,
    });
  }
});
