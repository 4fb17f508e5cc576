import { describe, expect, it } from 'vitest';
import { createTranslator } from '../../../preload/language/translator.ts';

describe('German', () => {
  const { say, ...formats } = createTranslator('de');

  it('bends words by number', () => {
    const said = (count: number): string => say('selection.removeTitle', { count });
    expect(said(1)).toBe('1 Foto aus der Warteschlange entfernen?');
    expect(said(1204)).toBe('1.204 Fotos aus der Warteschlange entfernen?');
  });

  it('writes numbers, sizes and times as Germans do', () => {
    expect(formats.formatBytes(4_180_000)).toBe('4,2 MB');
    expect(formats.formatSpeed(12_340_000)).toBe('12,3 MB/s');
    expect(formats.formatPercent(0.429)).toBe('42\u00a0%');
    expect(formats.formatWait(270)).toBe('4 min 30 s');
    expect(formats.formatEstimate(5400)).toBe('etwa 1,5 Stunden');
    expect(formats.formatLocalTime('2024-05-06T07:08:09+02:00')).toBe('06.05.2024, 07:08:09 (UTC+02:00)');
    expect([1, 7].map((day) => formats.formatWeekday(day, 'short'))).toEqual(['Mo', 'So']);
    expect(formats.joinList(['a', 'b', 'c'])).toBe('a, b und c');
  });
});

it('a region changes the formats and not the words', () => {
  const { say, formatLocalTime } = createTranslator('en-GB');
  expect(say('summary.noLimit')).toBe('No limit');
  expect(formatLocalTime('2024-05-06T07:08:09')).toBe('6 May 2024, 07:08:09');
});

describe('the pseudo-locales', () => {
  it('make sentences a third longer, with accents, and keep what is put into them', () => {
    const said = createTranslator('en-XA').say('summary.someDone', { done: 3, count: 1204 });
    expect(said).toMatch(/^\[3 öƒ 1,204 þĥöţöš ûþļöåðéð.+\]$/);
    const english = createTranslator('en').say('summary.someDone', { done: 3, count: 1204 });
    expect(said.length / english.length).toBeGreaterThan(1.3);
    expect(said.length / english.length).toBeLessThan(1.7);
  });

  it('change messages that ask for nothing too', () => {
    expect(createTranslator('en-XA').say('selection.hold')).toMatch(/^\[Þåûšé ž.*\]$/);
  });

  it('one runs from right to left, and keeps names from being torn', () => {
    const { direction, say } = createTranslator('ar-XB');
    expect(direction).toBe('rtl');
    expect(say('summary.left', { time: '3 s' })).toContain('\u20683 s\u2069');
    expect(say('summary.left', { time: '3 s' })).toContain('\u202e ļéƒţ\u202c');
  });
});
