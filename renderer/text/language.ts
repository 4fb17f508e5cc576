/**
 * The language of this window. There is one, as there is one `<html lang>`: the functions of this folder say what they
 * say in it, and the app is drawn again when it changes.
 *
 * [Note: Words are looked up late] No sentence may be kept where it outlives a change: not in a constant of a module, not
 * in a store. `words` therefore hands out an object that looks each up when it is read.
 */
import type { FixedKey, MessageId, Topic } from '../../preload/language/messages.ts';
import { createTranslator, type Say, type Translator } from '../../preload/language/translator.ts';
import { createStore, type ReadableStore } from '../state/store.ts';

const current = createStore<Translator>(createTranslator('en'));

/** The translator of the moment, for whoever has to draw again when it changes. */
export const language: ReadableStore<Translator> = current;

/** Speaks this locale from now on. */
export function setLocale(locale: string): void {
  if (current.get().locale === locale) return;
  current.set(createTranslator(locale));
}

/** The message in the language of the moment. */
export const say: Say = (id, ...values) => current.get().say(id, ...values);

/** The fixed sentences of a topic by name. */
export function words<T extends Topic>(topic: T): { readonly [K in FixedKey<T>]: string } {
  return new Proxy({} as { readonly [K in FixedKey<T>]: string }, {
    get: (_target, key) => (say as (id: MessageId) => string)(`${topic}.${String(key)}` as MessageId),
  });
}
