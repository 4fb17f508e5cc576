import sharp from 'sharp';
import { noise, writeFile } from './files.ts';

/**
 * A real JPEG of noise: every seed another content.
 *
 * @param edge pixels; 1,000 makes about a megabyte.
 */
function jpeg(seed: number, edge = 64): Promise<Buffer> {
  return sharp(noise(edge * edge * 3, seed), { raw: { width: edge, height: edge, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** Writes such a photo; returns its bytes. */
export async function writePhoto(file: string, seed: number, edge = 64): Promise<Buffer> {
  const content = await jpeg(seed, edge);
  writeFile(file, content);
  return content;
}
