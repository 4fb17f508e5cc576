import { expect, it } from 'vitest';
import { createAppLanguage } from '../../main/language.ts';

it('follows the system until another language is chosen, and tells of changes alone', () => {
  const told: string[] = [];
  const language = createAppLanguage({ choice: 'system', system: ['de-AT', 'en-IE'] }, (locale) => {
    told.push(locale);
  });
  const title = (): string => language.current().say('dialog.chooseFolder');
  expect(title()).toBe('Ordner auswählen');
  language.choose('de');
  expect(told).toEqual([]);
  language.choose('en');
  expect(title()).toBe('Choose a folder');
  language.choose('system');
  expect(title()).toBe('Ordner auswählen');
  expect(told).toEqual(['en-IE', 'de-AT']);
});

it('a locale that was named at start stays, whatever is chosen', () => {
  const language = createAppLanguage({ forced: 'en-XA', choice: 'system', system: ['de'] }, () => {
    throw new Error('changed');
  });
  language.choose('de');
  expect(language.current().locale).toBe('en-XA');
});
