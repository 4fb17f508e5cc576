import { expect, it } from 'vitest';
import { parseDeepLink } from '../../../main/desktop/deep-link.ts';

it.each([
  ['tintype://open', { kind: 'open', filter: null }],
  ['tintype://open/', { kind: 'open', filter: null }],
  ['TinType://open?filter=attention', { kind: 'open', filter: 'attention' }],
  ['tintype://open/?filter=done', { kind: 'open', filter: 'done' }],
  ['tintype://settings', { kind: 'settings' }],
])('%s is known', (link, expected) => {
  expect(parseDeepLink(link)).toEqual(expected);
});

it.each([
  '',
  'tintype:',
  'tintype:open',
  'tintype://',
  'tintype://quit',
  'tintype://settings?theme=dark',
  'tintype://settings/general',
  'tintype://open?filter=attention&filter=done',
  'tintype://open?filter=everything',
  'tintype://open?filter=__proto__',
  'tintype://open?filter=attention&add=/etc/passwd',
  'tintype://open?add=/etc/passwd',
  'tintype://open?token=abc',
  'tintype://open#filter=attention',
  'tintype://ada:secret@open',
  'tintype://open:80',
  'tintype://open/../settings',
  'tintype://open/%2e%2e/settings',
  'https://open?filter=attention',
  'file:///etc/passwd',
  'javascript:alert(1)',
  `tintype://open?filter=${'a'.repeat(10_000)}`,
])('%s is none of ours', (link) => {
  expect(parseDeepLink(link)).toBeNull();
});
