import { describe, expect, it } from 'vitest';
import { resolveLocale } from '../../../preload/language/locale.ts';

describe('which locale is used', () => {
  it.each([
    [['de-CH', 'en-GB'], 'de-CH'],
    [['fr-FR', 'en-GB', 'de-DE'], 'en-GB'],
    [['fr-FR', 'it'], 'en'],
    [[], 'en'],
    [['dem-1', 'DE_at'], 'DE_at'],
  ])('of a system that likes %j: %s', (system, locale) => {
    expect(resolveLocale({ choice: 'system', system })).toBe(locale);
  });

  it('what was chosen, with the habits that the system names for it', () => {
    expect(resolveLocale({ choice: 'en', system: ['de-AT', 'en-NZ'] })).toBe('en-NZ');
    expect(resolveLocale({ choice: 'de', system: ['en-NZ'] })).toBe('de');
  });

  it('what is forced comes before both, if there is such a catalogue', () => {
    const sources = { choice: 'de', system: ['de-DE', 'en-US'] } as const;
    expect(resolveLocale({ ...sources, forced: 'en' })).toBe('en-US');
    expect(resolveLocale({ ...sources, forced: 'en-AU' })).toBe('en-AU');
    expect(resolveLocale({ ...sources, forced: 'ar-XB' })).toBe('ar-XB');
    expect(resolveLocale({ ...sources, forced: 'fr' })).toBe('de-DE');
    expect(resolveLocale({ ...sources, forced: '' })).toBe('de-DE');
  });

  it('no system and no choice reaches a pseudo-locale', () => {
    expect(resolveLocale({ choice: 'system', system: ['ar-XB', 'de'] })).toBe('de');
  });
});
