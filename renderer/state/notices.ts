/** What the window has to tell about an action that did not work out. Newest last, a few at most. */
import { createStore, type ReadableStore } from './store.ts';
import type { ProblemCode, WindowNotice } from '../../preload/contract/model.ts';

export type NoticeContent =
  | { kind: 'problem'; code: ProblemCode; detail?: string }
  /** What was brought is no file. */
  | { kind: 'dropped-other' | 'pasted-other' }
  /** Nobody is there whose queue could take it. */
  | { kind: 'pasted-signed-out' }
  | WindowNotice;
interface Notice {
  id: number;
  content: NoticeContent;
}
export interface Notices extends ReadableStore<readonly Notice[]> {
  add(content: NoticeContent): void;
  dismiss(id: number): void;
}

const most = 3;

/** Makes an empty list of notices. The same thing said twice in a row is said once. */
export function createNotices(): Notices {
  const store = createStore<readonly Notice[]>([]);
  let lastId = 0;
  return {
    get: store.get,
    subscribe: store.subscribe,
    add: (content) => {
      const others = store.get().filter((notice) => !sameContent(notice.content, content));
      lastId += 1;
      store.set([...others, { id: lastId, content }].slice(-most));
    },
    dismiss: (id) => {
      store.set(store.get().filter((notice) => notice.id !== id));
    },
  };
}

function sameContent(a: NoticeContent, b: NoticeContent): boolean {
  return a.kind === b.kind && (a.kind !== 'problem' || (b.kind === 'problem' && a.code === b.code));
}
