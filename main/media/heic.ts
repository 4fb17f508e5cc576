/** Decodes HEVC pictures, which the prebuilt sharp cannot: libheif as WebAssembly, loaded when the first one comes. */
import { createRequire } from 'node:module';

export interface RawPicture {
  /** RGBA, as it is to be looked at: rotations in the file are applied. */
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

export type HeicOutcome =
  { ok: true; picture: RawPicture } | { ok: false; reason: 'unsupported' | 'damaged' };

interface HeifImage {
  get_width(): number;
  get_height(): number;
  is_primary(): boolean;
  display(target: RawPicture, done: (picture: RawPicture | null) => void): void;
  free(): void;
}

interface LibHeif {
  ready: Promise<unknown>;
  HeifDecoder: new () => { decode(file: Uint8Array): HeifImage[] };
}

let library: Promise<LibHeif | null> | null = null;

/** Null when this build comes without it. */
async function load(): Promise<LibHeif | null> {
  try {
    // Kept out of the bundle, so that whoever gets the app can replace it, as its licence (LGPL) asks.
    const loaded = createRequire(import.meta.url)('libheif-js/wasm-bundle') as LibHeif;
    await loaded.ready;
    return loaded;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** @param maxPixels a larger picture is `unsupported`: it would not fit into memory. Takes about a second. */
export async function decodeHeic(file: Uint8Array, maxPixels: number): Promise<HeicOutcome> {
  const heif = await (library ??= load());
  if (heif === null) return { ok: false, reason: 'unsupported' };
  const images = new heif.HeifDecoder().decode(file);
  try {
    const image = images.find((one) => one.is_primary()) ?? images[0];
    if (image === undefined) return { ok: false, reason: 'damaged' };
    const width = image.get_width();
    const height = image.get_height();
    if (width * height > maxPixels) return { ok: false, reason: 'unsupported' };
    const target = { data: new Uint8ClampedArray(width * height * 4), width, height };
    const picture = await new Promise<RawPicture | null>((resolve) => {
      image.display(target, resolve);
    });
    return picture === null ? { ok: false, reason: 'damaged' } : { ok: true, picture };
  } finally {
    for (const image of images) image.free();
  }
}
