/** Says messages in one locale. Makes each message and each format once: rows ask for them by the thousand. */
import { IntlMessageFormat, type Formatters } from 'intl-messageformat';
import { de } from './de.ts';
import { en } from './en.ts';
import { createFormats, type Formats } from './formats.ts';
import { isPseudo, languageOf, type Language } from './locale.ts';
import type { MessageId, Translation, Values } from './messages.ts';
import { pseudoMessage } from './pseudo.ts';

const catalogues: Record<Language, Translation> = { en, de };

/** The message in words. */
export type Say = <Id extends MessageId>(id: Id, ...values: Values<Id>) => string;

export interface Translator extends Formats {
  /** For `<html lang>` and `Intl`. */
  locale: string;
  direction: 'ltr' | 'rtl';
  say: Say;
}

/** A message that asks for nothing is its own text. */
type Compiled = string | IntlMessageFormat;

/** Speaks the language of this tag, and English where there is no catalogue. */
export function createTranslator(locale: string): Translator {
  const pseudo = isPseudo(locale) ? locale : null;
  const catalogue = catalogues[languageOf(locale) ?? 'en'];
  // The pseudo-locales are English in all but their letters.
  const formatLocale = pseudo === null ? locale : 'en';
  const direction = pseudo === 'ar-XB' ? 'rtl' : 'ltr';
  const formatters = createFormatters();
  const compiled = new Map<MessageId, Compiled>();

  const compile = (id: MessageId): Compiled => {
    const text = textOf(catalogue, id);
    if (pseudo === null && !/[{'#]/.test(text)) return text;
    const message = pseudo === null ? text : pseudoMessage(text, pseudo);
    return new IntlMessageFormat(message, formatLocale, undefined, { ignoreTag: true, formatters });
  };
  const say: Say = (id, ...[values]) => {
    let message = compiled.get(id);
    if (message === undefined) {
      message = compile(id);
      compiled.set(id, message);
    }
    if (typeof message === 'string') return message;
    return String(message.format(direction === 'rtl' ? isolated(values) : values));
  };
  return { locale, direction, say, ...createFormats(formatLocale, say) };
}

/** The text of a message as it stands in a catalogue. */
function textOf(catalogue: Translation, id: MessageId): string {
  const dot = id.indexOf('.');
  const topic: Readonly<Record<string, string>> = catalogue[id.slice(0, dot) as keyof Translation];
  return topic[id.slice(dot + 1)] ?? id;
}

/** A file's name may run the other way than the sentence around it: Unicode's isolates keep the two apart. */
function isolated(values: Record<string, string | number> | undefined): typeof values {
  if (values === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? `\u2068${value}\u2069` : value,
    ]),
  );
}

/** One of each kind for all messages of a locale, where the library would make its own for each message. */
function createFormatters(): Formatters {
  const kept = new Map<string, unknown>();
  const keep = <T>(key: string, make: () => T): T => {
    if (!kept.has(key)) kept.set(key, make());
    return kept.get(key) as T;
  };
  return {
    getNumberFormat: (locales, options) =>
      keep(
        `n${JSON.stringify(options ?? null)}`,
        () => new Intl.NumberFormat(locales, options as Intl.NumberFormatOptions),
      ),
    getDateTimeFormat: (locales, options) =>
      keep(`d${JSON.stringify(options ?? null)}`, () => new Intl.DateTimeFormat(locales, options)),
    getPluralRules: (locales, options) =>
      keep(`p${JSON.stringify(options ?? null)}`, () => new Intl.PluralRules(locales, options)),
  };
}
