/** German: the words around numbers and times. */
import type * as english from '../en/formats.ts';
import type { Messages } from '../messages.ts';

export const format: Messages<typeof english.format> = {
  photos: '{count, plural, one {# Foto} other {# Fotos}}',
  second: '{count, number} s',
  minute: '{count, number} min',
  hour: '{count, number} h',
  fewSeconds: 'ein paar Sekunden',
  about: 'etwa {time}',
};
