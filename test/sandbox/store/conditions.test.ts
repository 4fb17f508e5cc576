import { describe, expect, it } from 'vitest';
import { readRange } from '../../../sandbox/store/conditions.ts';

describe('readRange', () => {
  it.each([
    ['bytes=0-9', { start: 0, end: 10 }],
    ['bytes=90-', { start: 90, end: 100 }],
    ['bytes=90-900', { start: 90, end: 100 }],
    ['bytes=-10', { start: 90, end: 100 }],
    ['bytes=-1000', { start: 0, end: 100 }],
    ['bytes=0-0', { start: 0, end: 1 }],
    [undefined, undefined],
    ['bytes=9-0', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,3-4', undefined],
    ['lines=0-1', undefined],
  ])('%s of 100 bytes', (text, expected) => {
    expect(readRange(text, 100)).toEqual(expected);
  });

  it.each(['bytes=100-', 'bytes=-0', 'bytes=500-600'])('%s is not satisfiable', (text) => {
    expect(() => readRange(text, 100)).toThrow(expect.objectContaining({ status: 416 }));
  });
});
