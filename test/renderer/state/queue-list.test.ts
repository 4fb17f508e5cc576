import { describe, expect, it } from 'vitest';
import type { PageRequest, Summary } from '../../../preload/contract/model.ts';
import type { Client } from '../../../renderer/state/client.ts';
import { createQueueList } from '../../../renderer/state/queue-list.ts';
import { createStore } from '../../../renderer/state/store.ts';

/** A list whose requests are kept, and never answered. */
function setUp() {
  const requests: PageRequest[] = [];
  const client = {
    ask: (_name: string, request: PageRequest) => {
      requests.push(request);
      return new Promise(() => undefined);
    },
  } as unknown as Client;
  const list = createQueueList(client, createStore<Summary | null>(null));
  return { list, searches: () => requests.map(({ search }) => search) };
}

describe('the list of the queue', () => {
  it('asks for what is searched with each letter, and not for a space behind it', () => {
    const { list, searches } = setUp();
    const seen: string[] = [];
    list.subscribe(() => seen.push(list.get().search));
    for (const text of ['a', 'a ', 'a b', 'a b', 'a', '  ', '']) list.search(text);
    expect(searches()).toEqual(['', 'a', 'a b', 'a', '  ']);
    // What was typed is in the field all the same.
    expect([...new Set(seen)]).toEqual(['a', 'a ', 'a b', '  ', '']);
  });
});
