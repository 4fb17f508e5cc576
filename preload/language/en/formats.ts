/** English: the words around numbers and times. */

export const format = {
  photos: '{count, plural, one {# photo} other {# photos}}',
  second: '{count, number} s',
  minute: '{count, number} min',
  hour: '{count, number} h',
  fewSeconds: 'a few seconds',
  about: 'about {time}',
} as const;
