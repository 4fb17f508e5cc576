/** English: the queue as a whole, and what is selected in it. */

export const summary = {
  nothing: 'Nothing in the queue',
  allArchived: 'Everything is uploaded',
  allDone: 'All {count, plural, one {# photo} other {# photos}} uploaded',
  someDone: '{done, number} of {count, plural, one {# photo} other {# photos}} uploaded',
  bytesDone: '{done} of {all}',
  left: '{time} left',
  duplicates: '{count, number} already in the library',
  held: '{count, number} paused',
  limited: 'limited to {speed}',
  damaged: '{count, plural, one {# looks damaged} other {# look damaged}}',
  noLimit: 'No limit',
  limit: '{megabits} Mbit/s ({speed})',
  empty: 'The queue is empty.',
  attention: '{count, plural, one {# photo needs attention.} other {# photos need attention.}}',
} as const;

export const selection = {
  actions: 'Selected photos',
  hold: 'Pause',
  release: 'Resume',
  first: 'Upload first',
  retry: 'Retry',
  remove: 'Remove…',
  all: 'Select all',
  none: 'Select none',
  removeYes: 'Remove',
  keep: 'Keep',
  selected: '{count, number} selected, {size}',
  removeTitle: 'Remove {count, plural, one {# photo} other {# photos}} from the queue?',
  removeUnfinished:
    '{count, plural, one {# photo of these is} other {# photos of these are}} not uploaded yet, and will not be. The files themselves stay where they are.',
  removeDone:
    '{count, plural, one {# photo that the library has leaves} other {# photos that the library has leave}} this list alone: the library keeps them.',
} as const;
