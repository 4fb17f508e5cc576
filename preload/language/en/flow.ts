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
  notSignedInHint: 'Then paste it here again.',
} as const;
