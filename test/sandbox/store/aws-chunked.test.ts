import { describe, expect, it } from 'vitest';
import { createChunkDecoder } from '../../../sandbox/store/aws-chunked.ts';
import { S3Error } from '../../../sandbox/store/errors.ts';

const first = Buffer.alloc(8192, 'x');
const body = Buffer.concat([
  Buffer.from('2000\r\n'),
  first,
  Buffer.from('\r\n5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'),
]);

function decode(
  pieces: readonly Buffer[],
  expectTrailer = true,
): { content: Buffer; trailers: [string, string][] } {
  const decoder = createChunkDecoder(undefined, expectTrailer);
  const content = Buffer.concat(pieces.flatMap((piece) => decoder.push(piece)));
  return { content, trailers: [...decoder.finish()] };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
  return 'none';
}

describe('createChunkDecoder', () => {
  const expected = Buffer.concat([first, Buffer.from('hello')]);

  it('decodes a body that is split in two at any byte', () => {
    for (let at = 0; at <= body.length; at += 1) {
      const { content, trailers } = decode([body.subarray(0, at), body.subarray(at)]);
      expect(content.equals(expected), `split at ${at}`).toBe(true);
      expect(trailers).toEqual([['x-amz-checksum-crc32', 'AAAAAA==']]);
    }
  });

  it('decodes a body that comes byte by byte', () => {
    const { content } = decode(Array.from(body, (byte) => Buffer.of(byte)));
    expect(content.equals(expected)).toBe(true);
  });

  it('refuses a body that is cut off, wherever', () => {
    for (let length = 0; length < body.length; length += 1) {
      expect(
        codeOf(() => decode([body.subarray(0, length)])),
        `cut at ${length}`,
      ).toBe('IncompleteBody');
    }
  });

  it.each([
    ['bytes behind the end', '0\r\n\r\nmore', 'IncompleteBody'],
    ['a size that is no number', 'zz\r\n', 'InvalidRequest'],
    ['a chunk longer than it says', '5\r\nhello!\r\n', 'InvalidRequest'],
    ['a trailer without a name', '0\r\n:x\r\n\r\n', 'InvalidRequest'],
    ['a line without end', 'f'.repeat(5000), 'InvalidRequest'],
    ['a small chunk before another', '5\r\nhello\r\n5\r\nhello\r\n0\r\n\r\n', 'InvalidChunkSizeError'],
  ])('refuses %s', (_, text, code) => {
    expect(codeOf(() => decode([Buffer.from(text)]))).toBe(code);
  });
});
