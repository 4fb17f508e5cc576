/** The compiler sees that each message is in each language; what stands inside them is looked at here. */
import { TYPE, parse, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { de } from '../../../preload/language/de.ts';
import { en } from '../../../preload/language/en.ts';
import type { Translation } from '../../../preload/language/messages.ts';

/** Each message with its id. */
function messagesOf(catalogue: Translation): [id: string, text: string][] {
  return Object.entries(catalogue).flatMap(([topic, messages]) =>
    Object.entries(messages as Record<string, string>).map(([key, text]): [string, string] => [
      `${topic}.${key}`,
      text,
    ]),
  );
}

/** What a message asks for: `count: plural`, once each. A number may be bent by one language and not by another. */
function askedFor(elements: readonly MessageFormatElement[]): string[] {
  const names = elements.flatMap((element): string[] => {
    switch (element.type) {
      case TYPE.argument:
        return [`${element.value}: words`];
      case TYPE.number:
        return [`${element.value}: number`];
      case TYPE.plural:
      case TYPE.select: {
        const kind = element.type === TYPE.plural ? 'number' : 'choice';
        const inside = Object.values(element.options).flatMap((option) => askedFor(option.value));
        return [`${element.value}: ${kind}`, ...inside];
      }
      default:
        return [];
    }
  });
  return [...new Set(names)].toSorted();
}

/** The forms that a message has for a plural. */
function pluralForms(elements: readonly MessageFormatElement[]): string[][] {
  return elements.flatMap((element) => {
    if (element.type !== TYPE.plural && element.type !== TYPE.select) return [];
    const inside = Object.values(element.options).flatMap((option) => pluralForms(option.value));
    return element.type === TYPE.plural ? [Object.keys(element.options), ...inside] : inside;
  });
}

const read = (text: string): MessageFormatElement[] => parse(text, { ignoreTag: true });
const english = new Map(messagesOf(en));
const german = messagesOf(de);

/** The ids of the messages of which this does not hold. */
function offenders(holds: (original: string, translation: string) => boolean): string[] {
  return german.filter(([id, text]) => !holds(english.get(id) ?? '', text)).map(([id]) => id);
}

it('every message asks for the same values in both languages', () => {
  expect(german.length).toBeGreaterThan(10);
  expect(
    offenders((original, translation) =>
      isDeepStrictEqual(askedFor(read(translation)), askedFor(read(original))),
    ),
  ).toEqual([]);
});

it('every plural has a form for every number', () => {
  const complete = (text: string): boolean =>
    pluralForms(read(text)).every((forms) => forms.includes('one') && forms.includes('other'));
  expect(offenders((original, translation) => complete(original) && complete(translation))).toEqual([]);
});

it('every translation ends as its original does, and each is written with the marks of its language', () => {
  const ending = (sentence: string): string => /[.?!…:]$/.exec(sentence)?.[0] ?? '';
  expect(offenders((original, translation) => ending(translation) === ending(original))).toEqual([]);
  expect(
    offenders(
      (original, translation) =>
        !/["“]\p{L}|\p{L}…|\.\.\./u.test(translation) && !/"|\.\.\.|\w'\w/.test(original),
    ),
  ).toEqual([]);
});

it('German says “du” to people, and never “Sie”', () => {
  expect(
    offenders((_original, text) => !/\b(?:Ihr|Ihre|Ihnen|Ihrem|Ihren|Ihrer)\b|[^.!?:] Sie\b/.test(text)),
  ).toEqual([]);
});

describe('these tests see what they look for', () => {
  it('names and numbers that a message asks for', () => {
    expect(askedFor(read('{a} {n, plural, one {# {b}} other {#}} {x, select, y {} other {}}'))).toEqual([
      'a: words',
      'b: words',
      'n: number',
      'x: choice',
    ]);
    expect(pluralForms(read('{x, select, y {{n, plural, other {#}}} other {}}'))).toEqual([['other']]);
  });
});
