/** What the camera wrote: when, by which camera, which way up. */
import exifr from 'exifr';
import type { FileBytes } from './file-bytes.ts';
import { fileTypes } from './file-types.ts';
import { errorCode } from '../lib/log.ts';

/**
 * When a photo was taken, by the camera's clock.
 *
 * [Note: No invented time zones] A camera's clock has no zone unless the camera says so. Where it is silent the offset
 * is null, and nobody fills it in from the computer's. A GPS time is UTC by definition, and says `+00:00`. The date of
 * the file is no date of the photo (copying changes it): without a camera's date there is none.
 */
export interface TakenAt {
  /** `YYYY-MM-DDTHH:mm:ss` */
  local: string;
  /** `+02:00`, or null when it is not known. */
  offset: string | null;
  source: 'exif-original' | 'exif-create' | 'gps' | 'exif-modify';
}

export interface CameraFacts {
  taken: TakenAt | null;
  /** Maker and model, as people say them. */
  camera: string | null;
  /** EXIF orientation, 1 to 8; 1 when the camera does not say. */
  orientation: number;
  /** The tables were there and could not be read: the code of what went wrong, for the log. */
  unreadable?: string;
}

/** How much of the file's start is searched: cameras write their tables first. */
export const exifBytes = 128 * 1024;

const tags = [
  'Make',
  'Model',
  'Orientation',
  'ModifyDate',
  'DateTimeOriginal',
  'CreateDate',
  'OffsetTime',
  'OffsetTimeOriginal',
  'OffsetTimeDigitized',
  'GPSDateStamp',
  'GPSTimeStamp',
];

/** One object for all calls: exifr prepares its options once per object. */
const exifrOptions = { pick: tags, reviveValues: false, translateValues: false };

/** @param now Unix milliseconds: a date that lies ahead of it is no date. */
export async function readCameraFacts(
  contentType: string,
  bytes: FileBytes,
  now: number,
): Promise<CameraFacts> {
  const source = exifSource(contentType, bytes);
  if (source === null) return { taken: null, camera: null, orientation: 1 };
  try {
    // oxlint-disable-next-line import/no-named-as-default-member -- Node finds no named exports in its CommonJS file
    const found = (await exifr.parse(source, exifrOptions)) as Record<string, unknown> | undefined;
    return cameraFacts(found ?? {}, now);
  } catch (error) {
    // Every way in which a table can be broken ends here, and none of them is the photo's end.
    return { taken: null, camera: null, orientation: 1, unreadable: errorCode(error) };
  }
}

/** The bytes that exifr is to read, in a form that it knows. Null where there are surely none. */
function exifSource(contentType: string, bytes: FileBytes): Buffer | null {
  switch (contentType) {
    case fileTypes.jpeg.contentType:
    case fileTypes.png.contentType:
    case fileTypes.heic.contentType:
    case fileTypes.heif.contentType:
    case fileTypes.avif.contentType:
      return bytes.read(0, exifBytes);
    case fileTypes.webp.contentType:
      return webpExif(bytes);
    case fileTypes.raf.contentType: {
      const offset = bytes.read(84, 4);
      return offset.length < 4 ? null : bytes.read(offset.readUInt32BE(0), exifBytes);
    }
    default:
      return /^(II[*RU]|IIRO|MM\0\*|MMOR)/.test(bytes.read(0, 4).toString('latin1'))
        ? tiffTables(bytes)
        : null;
  }
}

/** Beyond this the tables of a TIFF are looked for in its head only. */
const maxSparse = 1024 ** 3;

/**
 * A TIFF may have its tables anywhere, often at the end. exifr wants one buffer in which offsets hold, so it gets one
 * as long as the file in which only the head and the surroundings of the first table are filled: the rest is zeros
 * that the system never has to back with memory.
 */
function tiffTables(bytes: FileBytes): Buffer {
  const head = bytes.read(0, exifBytes);
  const little = head[0] === 0x49;
  const first = head.length < 8 ? 0 : little ? head.readUInt32LE(4) : head.readUInt32BE(4);
  const far = first >= exifBytes - 4096 && first < bytes.size && bytes.size <= maxSparse;
  const buffer = far ? Buffer.alloc(bytes.size) : Buffer.alloc(head.length);
  head.copy(buffer);
  if (far) {
    const from = Math.max(0, first - exifBytes / 2);
    bytes.read(from, exifBytes).copy(buffer, from);
  }
  // Olympus and Panasonic put a number of their own where TIFF has 42.
  if (buffer.length > 4) buffer.write(little ? 'II*\0' : 'MM\0*', 'latin1');
  return buffer;
}

/** The `EXIF` chunk: a TIFF, in some files behind the header that it has in a JPEG. */
function webpExif(bytes: FileBytes): Buffer | null {
  for (let offset = 12; ;) {
    const chunk = bytes.read(offset, 8);
    if (chunk.length < 8) return null;
    const length = chunk.readUInt32LE(4);
    if (chunk.toString('latin1', 0, 4) === 'EXIF') {
      const data = bytes.read(offset + 8, Math.min(length, exifBytes));
      return data.toString('latin1', 0, 6) === 'Exif\0\0' ? data.subarray(6) : data;
    }
    offset += 8 + length + (length % 2);
  }
}

/** Only for {@link readCameraFacts} and its tests: the tags by name, as raw as they are in the file. */
export function cameraFacts(found: Readonly<Record<string, unknown>>, now: number): CameraFacts {
  const offset = found['OffsetTime'];
  const taken =
    takenAt('exif-original', found['DateTimeOriginal'], found['OffsetTimeOriginal'] ?? offset, now) ??
    takenAt('exif-create', found['CreateDate'], found['OffsetTimeDigitized'] ?? offset, now) ??
    takenAt('gps', gpsTime(found['GPSDateStamp'], found['GPSTimeStamp']), '+00:00', now) ??
    takenAt('exif-modify', found['ModifyDate'], offset, now);
  const orientation = found['Orientation'];
  const known = typeof orientation === 'number' && orientation >= 1 && orientation <= 8;
  return { taken, camera: cameraName(found['Make'], found['Model']), orientation: known ? orientation : 1 };
}

const dateForm =
  /^\s*(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(Z|[+-]\d\d:\d\d)?/;
const dayMs = 24 * 60 * 60 * 1000;
/** What a clock shows that was never set. */
const unset = new Set(['1970-01-01T00:00:00', '1980-01-01T00:00:00']);

function takenAt(source: TakenAt['source'], value: unknown, offset: unknown, now: number): TakenAt | null {
  if (typeof value !== 'string') return null;
  const match = dateForm.exec(value);
  if (match === null) return null;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', zone] = match;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const time = Date.parse(`${local}Z`);
  // The round trip refuses a 31st of February, which Date would make a day in March.
  if (!(time <= now + dayMs) || !new Date(time).toISOString().startsWith(local)) return null;
  if (Number(year) < 1800 || unset.has(local)) return null;
  return { local, offset: zoneOf(zone) ?? zoneOf(offset), source };
}

function zoneOf(value: unknown): string | null {
  if (value === 'Z') return '+00:00';
  const match = typeof value === 'string' ? /^\s*([+-])(\d\d):([0-5]\d)/.exec(value) : null;
  return match !== null && Number(match[2]) <= 14 ? `${match[1]}${match[2]}:${match[3]}` : null;
}

function gpsTime(date: unknown, time: unknown): string | null {
  if (typeof date !== 'string' || !Array.isArray(time) || time.length !== 3) return null;
  const parts = time.map((part) =>
    typeof part === 'number' ? String(Math.floor(part)).padStart(2, '0') : '',
  );
  return `${date} ${parts.join(':')}`;
}

/** "Canon" and "Canon EOS 40D" are one camera, not "Canon Canon EOS 40D". */
function cameraName(make: unknown, model: unknown): string | null {
  const maker = plain(make);
  const name = plain(model);
  const brand = maker.split(' ')[0] ?? '';
  if (name === '') return maker === '' ? null : maker;
  return name.toLowerCase().startsWith(brand.toLowerCase()) ? name : `${maker} ${name}`;
}

function plain(value: unknown): string {
  // Cameras pad with control characters.
  return typeof value === 'string'
    ? value
        .replaceAll(/\p{Cc}+/gu, ' ')
        .trim()
        .slice(0, 120)
    : '';
}
