/** What a message is to the compiler: its id, and the values that its text asks for. */
import type { GetICUArgs } from '@schummar/icu-type-parser';
import type { en } from './en.ts';

/** The English catalogue says which messages there are. */
export type Catalogue = typeof en;
export type Topic = keyof Catalogue;

/** The same messages in another language: one that is missing, or one too many, does not compile. */
export type Translation = { readonly [T in Topic]: Messages<Catalogue[T]> };
export type Messages<English> = { readonly [K in keyof English]: string };

/** `topic.key`. */
export type MessageId = { [T in Topic]: `${T}.${keyof Catalogue[T] & string}` }[Topic];

type TextOf<Id extends MessageId> = Id extends `${infer T extends Topic}.${infer K}`
  ? Catalogue[T][K & keyof Catalogue[T]] & string
  : never;

/** Counts are numbers; everything else comes as words, written by the formats of the same locale. */
type ValuesOf<Text extends string> = GetICUArgs<Text, { ICUNumberArgument: number; ICUArgument: string }>;

/** The values of a message as the rest of a call: none where its text asks for none. */
export type Values<Id extends MessageId> = Id extends MessageId
  ? keyof ValuesOf<TextOf<Id>> extends never
    ? []
    : [values: ValuesOf<TextOf<Id>>]
  : never;

/** The keys of a topic whose messages ask for no value. */
export type FixedKey<T extends Topic> = {
  [K in keyof Catalogue[T] & string]: keyof ValuesOf<Catalogue[T][K] & string> extends never ? K : never;
}[keyof Catalogue[T] & string];
