import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ChecksumAlgorithm } from '../../../sandbox/store/checksums.ts';
import {
  checksumAlgorithms,
  combineCrcs,
  createHasher,
  isCombinable,
} from '../../../sandbox/store/checksums.ts';

function digest(algorithm: ChecksumAlgorithm, ...chunks: readonly Buffer[]): Buffer {
  const hasher = createHasher(algorithm);
  for (const chunk of chunks) hasher.update(chunk);
  return hasher.digest();
}

describe('createHasher', () => {
  // The check values of the CRC catalogue, and of FIPS 180 for the hashes.
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const)('%s of 123456789', (algorithm, expected) => {
    expect(digest(algorithm, Buffer.from('123456789')).toString('hex')).toBe(expected);
  });

  it.each(checksumAlgorithms)('%s does not depend on how the bytes are split', (algorithm) => {
    const bytes = randomBytes(1000);
    const whole = digest(algorithm, bytes).toString('hex');
    for (let at = 0; at < 20; at += 1) {
      expect(digest(algorithm, bytes.subarray(0, at), bytes.subarray(at)).toString('hex')).toBe(whole);
    }
  });

  it('agrees with the CRC32C of the S3 manual', () => {
    expect(digest('CRC32C', Buffer.alloc(66_560, 'a')).toString('base64')).toBe('sOO8/Q==');
  });
});

describe('combineCrcs', () => {
  const algorithms = checksumAlgorithms.filter(isCombinable);

  it.each(algorithms)('%s of the parts is that of the whole', (algorithm) => {
    const parts = [5000, 5000, 1, 0, 777].map((size) => randomBytes(size));
    const digests = parts.map((part) => ({ crc: digest(algorithm, part), size: part.length }));
    const whole = digest(algorithm, Buffer.concat(parts));
    expect(combineCrcs(algorithm, digests).toString('hex')).toBe(whole.toString('hex'));
  });

  it('takes the most parts that an upload may have in a moment', () => {
    const crc = digest('CRC64NVME', Buffer.from('x'));
    const parts = Array.from({ length: 10_000 }, () => ({ crc, size: 5 * 1024 ** 2 }));
    const started = performance.now();
    expect(combineCrcs('CRC64NVME', parts)).toHaveLength(8);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('refuses hashes', () => {
    const sha = createHash('sha256').digest();
    expect(() => combineCrcs('SHA256', [{ crc: sha, size: 0 }])).toThrow(RangeError);
  });
});
