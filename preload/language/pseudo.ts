/**
 * Sentences that show what a translation would break: about a third longer, with accents, between brackets. Text that
 * stays plain was never in a catalogue; a bracket that is missing was cut off.
 */
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import type { PseudoLocale } from './locale.ts';

const plain = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const accented = 'ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýž';

/** How much longer than English a sentence becomes: as German and Finnish do. */
const growth = 0.35;

/** Unicode's overrides: what stands between them runs from right to left, whatever its letters are. */
const rightToLeft = ['\u202e', '\u202c'] as const;

/** The message with its words changed and its arguments kept. */
export function pseudoMessage(text: string, locale: PseudoLocale): MessageFormatElement[] {
  const elements = parse(text, { ignoreTag: true });
  const length = literalLength(elements);
  const around = (literal: string): string =>
    locale === 'ar-XB' ? `${rightToLeft[0]}${literal}${rightToLeft[1]}` : literal;
  const literal = (value: string): MessageFormatElement => ({ type: TYPE.literal, value: around(value) });
  const filler = fillerOf(Math.ceil(length * growth));
  return [literal('['), ...changed(elements, (value) => around(accents(value))), literal(`${filler}]`)];
}

function changed(
  elements: readonly MessageFormatElement[],
  change: (literal: string) => string,
): MessageFormatElement[] {
  return elements.map((element) => {
    if (element.type === TYPE.literal) return { ...element, value: change(element.value) };
    if (element.type !== TYPE.plural && element.type !== TYPE.select) return element;
    const options = Object.entries(element.options).map(([name, option]) => [
      name,
      { ...option, value: changed(option.value, change) },
    ]);
    return { ...element, options: Object.fromEntries(options) as typeof element.options };
  });
}

function accents(text: string): string {
  return text.replaceAll(/[A-Za-z]/g, (letter) => accented[plain.indexOf(letter)] ?? letter);
}

/** Of a plural or a select the longest form counts. */
function literalLength(elements: readonly MessageFormatElement[]): number {
  return elements.reduce((sum, element) => {
    if (element.type === TYPE.literal) return sum + element.value.length;
    if (element.type !== TYPE.plural && element.type !== TYPE.select) return sum;
    return sum + Math.max(...Object.values(element.options).map((option) => literalLength(option.value)));
  }, 0);
}

/** Words of no language, of so many letters; a short text grows at its end, a long one may break. */
function fillerOf(length: number): string {
  const words = ' žéñ ţöŕ ļåŵé ñîļ';
  return words.repeat(Math.ceil(length / words.length)).slice(0, length);
}
