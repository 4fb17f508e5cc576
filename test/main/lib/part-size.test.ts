import { describe, expect, it } from 'vitest';
import { partSizeFor } from '../../../main/lib/part-size.ts';

const mebibyte = 1024 * 1024;

describe('partSizeFor', () => {
  it('keeps photos in one request and every file within 10,000 parts', () => {
    expect(partSizeFor(16 * mebibyte)).toBeNull();
    expect(partSizeFor(16 * mebibyte + 1)).toBe(8 * mebibyte);
    for (const bytes of [32 * 1024 * mebibyte, 200 * 1024 * mebibyte, 5 * 1024 * 1024 * mebibyte]) {
      expect(Math.ceil(bytes / (partSizeFor(bytes) ?? 0))).toBeLessThanOrEqual(10_000);
    }
  });
});
