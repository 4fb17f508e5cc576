import { expect, it } from 'vitest';
import { sameStat, sameStatAtPath } from '../../../main/lib/file-stat.ts';

const stat = { device: '1', inode: '7', size: 100, mtimeNs: '1700000000123456789' };
const replugged = { device: '2' };

it('knows a file again after its volume was plugged in under another number', () => {
  expect(sameStat(stat, { ...stat, ...replugged })).toBe(false);
  expect(sameStatAtPath(stat, { ...stat, ...replugged })).toBe(true);
});

it.each([{ inode: '8' }, { size: 101 }, { mtimeNs: '1700000000123456790' }])(
  'knows another one by %o, on whatever device',
  (change) => {
    expect(sameStatAtPath(stat, { ...stat, ...change })).toBe(false);
    expect(sameStatAtPath(stat, { ...stat, ...replugged, ...change })).toBe(false);
  },
);

it('wants the same device where the rest says too little', () => {
  for (const vague of [
    { ...stat, mtimeNs: '1700000000120000000' },
    { ...stat, inode: '0' },
  ]) {
    expect(sameStatAtPath(vague, vague)).toBe(true);
    expect(sameStatAtPath(vague, { ...vague, ...replugged })).toBe(false);
  }
});
