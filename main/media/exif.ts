/** What the camera wrote: when, by which camera, which way up. */
import { findExif } from './exif-block.ts';
import type { FileBytes } from './file-bytes.ts';
import { readTiffTable, type TiffField } from './tiff-table.ts';

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
  /** Where in the file the camera put a small JPEG of the photo. */
  thumbnail: { offset: number; length: number } | null;
}

const tag = {
  make: 0x010f,
  model: 0x0110,
  orientation: 0x0112,
  modified: 0x0132,
  thumbnailOffset: 0x0201,
  thumbnailLength: 0x0202,
  exif: 0x8769,
  gps: 0x8825,
  original: 0x9003,
  created: 0x9004,
  offset: 0x9010,
  originalOffset: 0x9011,
  createdOffset: 0x9012,
  gpsTime: 0x0007,
  gpsDate: 0x001d,
} as const;

/**
 * Reads a handful of tags and nothing else: four small tables at most. Tables that are broken say nothing, and are
 * not the photo's end.
 * @param now Unix milliseconds: a date that lies ahead of it is no date.
 */
export function readCameraFacts(contentType: string, bytes: FileBytes, now: number): CameraFacts {
  const start = findExif(contentType, bytes);
  const main = start === null ? null : readTiffTable(bytes, start, start.first);
  if (start === null || main === null) return { taken: null, camera: null, orientation: 1, thumbnail: null };

  type Fields = ReadonlyMap<number, TiffField>;
  const none: Fields = new Map();
  const tableAt = (offset: number): Fields =>
    offset > 0 ? (readTiffTable(bytes, start, offset)?.fields ?? none) : none;
  const text = (fields: Fields, key: number): string => fields.get(key)?.text() ?? '';
  const number = (fields: Fields, key: number): number => fields.get(key)?.number(0) ?? Number.NaN;

  const ifd0 = main.fields;
  const exif = tableAt(number(ifd0, tag.exif));
  const offset = text(exif, tag.offset);
  const taken =
    takenAt('exif-original', text(exif, tag.original), text(exif, tag.originalOffset) || offset, now) ??
    takenAt('exif-create', text(exif, tag.created), text(exif, tag.createdOffset) || offset, now) ??
    takenAt('gps', gpsTime(tableAt(number(ifd0, tag.gps))), '+00:00', now) ??
    takenAt('exif-modify', text(ifd0, tag.modified), offset, now);

  const orientation = number(ifd0, tag.orientation);
  const small = tableAt(main.next);
  const place = {
    offset: start.base + number(small, tag.thumbnailOffset),
    length: number(small, tag.thumbnailLength),
  };
  return {
    taken,
    camera: cameraName(text(ifd0, tag.make), text(ifd0, tag.model)),
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    thumbnail: place.length > 0 && place.offset + place.length <= bytes.size ? place : null,
  };
}

const dateForm =
  /^\s*(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(Z|[+-]\d\d:\d\d)?/;
const dayMs = 24 * 60 * 60 * 1000;
/** What a clock shows that was never set. */
const unset = new Set(['1970-01-01T00:00:00', '1980-01-01T00:00:00']);

function takenAt(source: TakenAt['source'], value: string, offset: string, now: number): TakenAt | null {
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

function zoneOf(value: string | undefined): string | null {
  if (value === 'Z') return '+00:00';
  const match = /^\s*([+-])(\d\d):([0-5]\d)/.exec(value ?? '');
  return match !== null && Number(match[2]) <= 14 ? `${match[1]}${match[2]}:${match[3]}` : null;
}

function gpsTime(gps: ReadonlyMap<number, TiffField>): string {
  const time = [0, 1, 2].map((index) => Math.floor(gps.get(tag.gpsTime)?.number(index) ?? Number.NaN));
  return `${gps.get(tag.gpsDate)?.text() ?? ''} ${time.map((part) => String(part).padStart(2, '0')).join(':')}`;
}

/** "Canon" and "Canon EOS 40D" are one camera, not "Canon Canon EOS 40D". */
function cameraName(make: string, model: string): string | null {
  const maker = plain(make);
  const name = plain(model);
  const brand = maker.split(' ')[0] ?? '';
  if (name === '') return maker === '' ? null : maker;
  return name.toLowerCase().startsWith(brand.toLowerCase()) ? name : `${maker} ${name}`;
}

/** Cameras pad with blanks and control characters. */
function plain(value: string): string {
  return value
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 120);
}
