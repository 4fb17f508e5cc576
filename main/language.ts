/** The language of the whole app: main decides it, and the window is told. */
import type { LanguageChoice } from '../preload/contract/settings.ts';
import { resolveLocale, type LocaleSources } from '../preload/language/locale.ts';
import { createTranslator, type Translator } from '../preload/language/translator.ts';

export interface AppLanguage {
  /** Speaks the language of the moment; not to be kept. */
  current(): Translator;
  /** Takes effect at once: what is said from now on is said in it. */
  choose(choice: LanguageChoice): void;
}

/** @param onChange told of the new locale, when a choice brings another one. */
export function createAppLanguage(sources: LocaleSources, onChange: (locale: string) => void): AppLanguage {
  let translator = createTranslator(resolveLocale(sources));
  return {
    current: () => translator,
    choose: (choice) => {
      const locale = resolveLocale({ ...sources, choice });
      if (locale === translator.locale) return;
      translator = createTranslator(locale);
      onChange(locale);
    },
  };
}
