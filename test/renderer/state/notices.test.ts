import { expect, it } from 'vitest';
import { createNotices } from '../../../renderer/state/notices.ts';

it('keeps the last few, says the same thing once, and forgets what is dismissed', () => {
  const notices = createNotices();
  notices.add({ kind: 'dropped-other' });
  notices.add({ kind: 'problem', code: 'internal' });
  notices.add({ kind: 'dropped-other' });
  expect(notices.get().map((notice) => notice.content.kind)).toEqual(['problem', 'dropped-other']);
  notices.add({ kind: 'problem', code: 'auth_network' });
  notices.add({ kind: 'problem', code: 'bad_request' });
  expect(notices.get()).toHaveLength(3);
  const first = notices.get()[0];
  notices.dismiss(first?.id ?? 0);
  expect(notices.get()).toHaveLength(2);
});
