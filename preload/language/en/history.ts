/** English: what has become of photos. */

/** What one photo has met. */
export const attempt = {
  title: 'What happened',
  inspecting: 'While it was read',
  checking: 'When the library was asked for it',
  sending: 'While it was uploaded',
  confirming: 'When the library checked it',
  took: 'after {time}',
  sent: '{size} sent',
  next: 'next try {time}',
  uploaded: 'Uploaded and checked.',
  duplicate: 'The library had it already.',
  more: '{count, plural, one {Show # earlier one} other {Show # earlier ones}}',
  fewer: 'Show fewer',
} as const;

/** Names of facts for whoever helps. */
export const technical = {
  code: 'Code',
  cause: 'Cause',
  detail: 'Detail',
  time: 'Time',
  answer: 'Answer (HTTP)',
  request: 'Request',
  host: 'Asked',
  tries: 'Failed tries',
} as const;
