import sharp, { type Exif } from 'sharp';
import { describe, expect, it } from 'vitest';
import { readCameraFacts, type CameraFacts } from '../../../main/media/exif.ts';
import type { FileBytes } from '../../../main/media/file-bytes.ts';
import { picture } from './support/pictures.ts';

const now = Date.UTC(2025, 0, 1);

function fileBytes(content: Buffer): FileBytes {
  return { size: content.length, read: (offset, length) => content.subarray(offset, offset + length) };
}

async function facts(exif: Exif, format: 'jpeg' | 'png' | 'webp' | 'avif' = 'jpeg'): Promise<CameraFacts> {
  const content = await picture(64, 48).withExif(exif).toFormat(format).toBuffer();
  return readCameraFacts(`image/${format}`, fileBytes(content), now);
}

const exif: Exif = {
  IFD0: { Make: 'Canon', Model: 'Canon EOS 40D', DateTime: '2024:09:09 09:09:09' },
  IFD2: {
    DateTimeOriginal: '2024:05:06 07:08:09',
    OffsetTimeOriginal: '+05:30',
    DateTimeDigitized: '2024:06:07 08:09:10',
  },
};

describe('where the tables are', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('finds them in %s', async (format) => {
    expect(await facts(exif, format)).toMatchObject({
      taken: { local: '2024-05-06T07:08:09', offset: '+05:30', source: 'exif-original' },
      camera: 'Canon EOS 40D',
    });
  });

  it('finds them in a TIFF, at its end', () => {
    const name = Buffer.from('Canon EOS 40D\0', 'latin1');
    const content = Buffer.alloc(300_000);
    content.write('II*\0', 'latin1');
    content.writeUInt32LE(299_000, 4);
    content.writeUInt16LE(1, 299_000);
    content.writeUInt16LE(0x0110, 299_002);
    content.writeUInt16LE(2, 299_004);
    content.writeUInt32LE(name.length, 299_006);
    content.writeUInt32LE(299_500, 299_010);
    name.copy(content, 299_500);
    expect(readCameraFacts('image/tiff', fileBytes(content), now).camera).toBe('Canon EOS 40D');
    // The same table, told to be large, or elsewhere.
    content.writeUInt16LE(0xffff, 299_000);
    expect(readCameraFacts('image/tiff', fileBytes(content), now).camera).toBeNull();
    content.writeUInt32LE(0xfffffff0, 4);
    expect(readCameraFacts('image/tiff', fileBytes(content), now).camera).toBeNull();
  });

  it.each(['in front of', 'behind'])('finds them %s the picture of a HEIC', async (where) => {
    const { exif: block } = await sharp(await picture(8, 8).withExif(exif).jpeg().toBuffer()).metadata();
    const tiff = block!.subarray(6);
    const filling = Buffer.alloc(500_000, 0x49);
    const content = Buffer.concat(where === 'behind' ? [filling, tiff] : [Buffer.alloc(600), tiff, filling]);
    expect(readCameraFacts('image/heic', fileBytes(content), now).taken?.local).toBe('2024-05-06T07:08:09');
  });

  it('finds none in what has none, or is broken', async () => {
    const none = { taken: null, camera: null, orientation: 1, thumbnail: null };
    expect(readCameraFacts('image/jpeg', fileBytes(await picture(8, 8).jpeg().toBuffer()), now)).toEqual(
      none,
    );
    expect(readCameraFacts('image/jpeg', fileBytes(Buffer.alloc(0)), now)).toEqual(none);
    expect(readCameraFacts('video/mp4', fileBytes(Buffer.alloc(64)), now)).toEqual(none);
  });
});

describe('when it was taken', () => {
  const dated = async (original: string, offset?: string): Promise<CameraFacts['taken']> =>
    (
      await facts({
        IFD2: { DateTimeOriginal: original, ...(offset === undefined ? {} : { OffsetTimeOriginal: offset }) },
      })
    ).taken;

  it('invents no time zone', async () => {
    expect(await dated('2024:05:06 07:08:09')).toEqual({
      local: '2024-05-06T07:08:09',
      offset: null,
      source: 'exif-original',
    });
    expect((await dated('2024:05:06 07:08:09', '   :  '))?.offset).toBeNull();
    expect((await dated('2024:05:06 07:08:09', '+99:00'))?.offset).toBeNull();
    expect((await dated('2024:05:06 07:08:09', '-03:30'))?.offset).toBe('-03:30');
  });

  it.each([
    '0000:00:00 00:00:00',
    '    :  :     :  :  ',
    '2024:02:31 10:00:00',
    '2024:05:06 24:61:00',
    '1970:01:01 00:00:00',
    '2025:01:03 00:00:00',
    'yesterday, at noon',
  ])('takes "%s" for no date', async (original) => {
    expect(await dated(original)).toBeNull();
  });

  it('allows a clock that is some zones ahead, and photos older than photography by film', async () => {
    expect((await dated('2025:01:01 14:00:00'))?.local).toBe('2025-01-01T14:00:00');
    expect((await dated('1843:06:01 12:00:00'))?.local).toBe('1843-06-01T12:00:00');
  });

  it('falls back from the shot to its digitising, to the satellites, to the last edit', async () => {
    const edited = { DateTime: '2024:09:09 09:09:09' };
    const gps = { GPSDateStamp: '2024:05:06', GPSTimeStamp: '7/1 8/1 995/100' };
    const broken = { DateTimeOriginal: '0000:00:00 00:00:00' };
    const digitized = { ...broken, DateTimeDigitized: '2024:06:07 08:09:10' };
    expect((await facts({ IFD0: edited, IFD2: digitized, IFD3: gps })).taken).toEqual({
      local: '2024-06-07T08:09:10',
      offset: null,
      source: 'exif-create',
    });
    expect((await facts({ IFD0: edited, IFD2: broken, IFD3: gps })).taken).toEqual({
      local: '2024-05-06T07:08:09',
      offset: '+00:00',
      source: 'gps',
    });
    expect((await facts({ IFD0: edited, IFD2: broken })).taken).toEqual({
      local: '2024-09-09T09:09:09',
      offset: null,
      source: 'exif-modify',
    });
  });
});

describe('which camera', () => {
  it.each([
    ['NIKON CORPORATION', 'NIKON D70', 'NIKON D70'],
    ['Apple', 'iPhone 13 Pro Max', 'Apple iPhone 13 Pro Max'],
    ['FUJIFILM  ', 'FinePix E500 ', 'FUJIFILM FinePix E500'],
    ['Jolla', '', 'Jolla'],
  ])('%s + %s = %s', async (make, model, camera) => {
    expect((await facts({ IFD0: { Make: make, ...(model === '' ? {} : { Model: model }) } })).camera).toBe(
      camera,
    );
  });
});
