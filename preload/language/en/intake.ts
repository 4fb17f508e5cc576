/** English: what became of a drop, and of a whole run. */
import type { SkipReason } from '../../contract/model.ts';

export const intake = {
  looking: 'Looking through your files: {found, number} found, {queued, number} queued so far',
  queued: '{queued, number} queued',
  skipped: '{queued, number} queued, {skipped, number} skipped: {reasons}',
  nothing: 'There was nothing in what you added.',
  more: 'and {count, number} more',
} as const;

/** So many were skipped for this reason. */
export const skipCount = {
  not_a_photo: '{count, plural, one {# not a photo} other {# not photos}}',
  permission_denied: '{count, number} not permitted',
  unreadable: '{count, number} unreadable',
  special_file: '{count, plural, one {# not a regular file} other {# not regular files}}',
  already_queued: '{count, number} already queued',
  already_stored: '{count, number} already uploaded',
  vanished: '{count, plural, one {# gone before it was read} other {# gone before they were read}}',
} as const satisfies Record<SkipReason, string>;

/** Why one was skipped, and what to do about it. */
export const skipWhy = {
  not_a_photo: 'Its content is not that of a photo or a video.',
  permission_denied: 'This account may not read it. Change its permissions and drop it again.',
  unreadable: 'It could not be read. Check the disk and drop it again.',
  special_file: 'It is a device, a pipe or a link that leads in a circle.',
  already_queued: 'It is in the queue already.',
  already_stored: 'It was uploaded before and has not changed.',
  vanished: 'It was moved or deleted in the meantime. Drop it again from where it is now.',
} as const satisfies Record<SkipReason, string>;

/** A run is everything from the first photo that was queued to the moment when none was left to do. */
export const run = {
  title: 'Last upload, {time}',
  queued: '{count, number} queued',
  stored: '{count, number} stored',
  storedBytes: '{count, number} stored ({size})',
  duplicates: '{count, plural, one {# duplicate} other {# duplicates}}',
  attention: '{count, plural, one {# needs attention} other {# need attention}}',
  waiting: '{count, plural, one {# still waits} other {# still wait}}',
} as const;
