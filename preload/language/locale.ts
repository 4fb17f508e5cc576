/**
 * Which language the app speaks, and by whose habits it writes numbers and dates.
 *
 * A locale is a BCP 47 tag: its language chooses the catalogue, all of it the formats, so that `en-GB` reads English
 * sentences with British dates.
 */
import { languageChoices, type LanguageChoice } from '../contract/settings.ts';

/** Each has a catalogue; English is spoken where none of them is wanted. */
export type Language = Exclude<LanguageChoice, 'system'>;
const languages = languageChoices.filter((choice) => choice !== 'system');

/**
 * Languages for tests: English with longer words and accents, and the same from right to left. The tags are those that
 * Chromium and Android use for theirs. Nobody's system asks for them.
 */
export const pseudoLocales = ['en-XA', 'ar-XB'] as const;
export type PseudoLocale = (typeof pseudoLocales)[number];

export interface LocaleSources {
  /** `TINTYPE_LANGUAGE` or `--lang`, for tests and for whoever starts the app by hand; may name a pseudo-locale. */
  forced?: string | undefined;
  choice: LanguageChoice;
  /** The system's languages as tags, the one it likes best first. */
  system: readonly string[];
}

/** The locale to use: what is forced, else what was chosen, else the system's first language that has a catalogue. */
export function resolveLocale({ forced, choice, system }: LocaleSources): string {
  if (forced !== undefined && isPseudo(forced)) return forced;
  const wanted = forced !== undefined && languageOf(forced) !== null ? forced : null;
  const language = languageOf(wanted ?? (choice === 'system' ? '' : choice));
  if (wanted !== null && language !== wanted) return wanted;
  // Who speaks a language of the system's list speaks it with the habits that this names.
  const match = system.find((tag) =>
    language === null ? languageOf(tag) !== null : languageOf(tag) === language,
  );
  return match ?? language ?? 'en';
}

/** The language of a tag, if there is a catalogue of it. */
export function languageOf(tag: string): Language | null {
  const [primary = ''] = tag.split(/[-_]/);
  return languages.find((language) => language === primary.toLowerCase()) ?? null;
}

/** Whether it is one of the locales for tests. */
export function isPseudo(tag: string): tag is PseudoLocale {
  return pseudoLocales.includes(tag as PseudoLocale);
}
