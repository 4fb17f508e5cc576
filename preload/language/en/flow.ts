/** English: photos on their way in, and bytes on their way out. */

export const traffic = {
  label: 'Speed over the last {seconds, number} seconds: {now} now, {most} at most',
} as const;

/** What is held over the window, each a member of a list. */
export const dragged = {
  items: '{count, plural, one {# item} other {# items}}',
  photos: '{count, plural, one {# photo} other {# photos}}',
  videos: '{count, plural, one {# video} other {# videos}}',
  others: '{count, plural, one {# folder or other item} other {# folders or other items}}',
  strangers: '{count, plural, one {# file that is no photo} other {# files that are no photos}}',
} as const;

export const paste = {
  other: 'Only files and pictures can be pasted here.',
  otherHint: 'Copy photos in your file manager, or a screenshot, then paste again.',
  place: 'From the clipboard',
  notSignedInHint: 'Then paste it here again.',
} as const;

/** Nothing moves. `…Next` is what is likely, and what to do. */
export const stall = {
  sending: 'Nothing has arrived at the library for a while.',
  sendingNext:
    'The connection is very slow, or was cut without a word. Tintype keeps sending by itself; if it stays like this, check your connection.',
  library: 'The library has not answered for a while.',
  libraryNext: 'It is busy or hard to reach. It is asked again by itself, and nothing is lost.',
  reading: 'The photos have not been read for a while.',
  readingNext: 'The disk or network drive that they are on does not answer. Check its cable or connection.',
  retry: 'Every photo that is left waits for another try.',
  tryNow: 'Try now',
} as const;
