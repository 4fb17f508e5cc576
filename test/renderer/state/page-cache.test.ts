import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../preload/contract/api.ts';
import type { Page, PageRequest, PhotoRow, View } from '../../../preload/contract/model.ts';
import { createPageCache } from '../../../renderer/state/page-cache.ts';

const view: View = { filter: 'all', sort: 'added', descending: false, search: '' };

/** A queue of 1,000 rows whose answers are given by hand, in any order. */
function setUp(options: { maxPages?: number; ahead?: number } = {}) {
  const requests: PageRequest[] = [];
  const answers: ((reply: Reply<Page>) => void)[] = [];
  let changes = 0;
  const cache = createPageCache({
    fetch: (request) => {
      requests.push(request);
      return new Promise((resolve) => answers.push(resolve));
    },
    onChange: () => {
      changes += 1;
    },
    pageSize: 100,
    ahead: 0,
    ...options,
  });
  /** Answers the n-th request and lets the cache take note of it. */
  const answer = async (n: number, name = 'row', total = 1000): Promise<void> => {
    const { offset, limit } = requests[n] as PageRequest;
    const rows = Array.from(
      { length: limit },
      (_, i) => ({ id: offset + i, fileName: `${name} ${offset + i}` }) as PhotoRow,
    );
    answers[n]?.({ ok: true, value: { rows, total } });
    await Promise.resolve();
    await Promise.resolve();
  };
  /** The first rows of a list whose number is not known yet. */
  const answerInPart = async (n: number, name: string, total: number): Promise<void> => {
    answers[n]?.({
      ok: true,
      value: { rows: [{ id: 1, fileName: name } as PhotoRow], total, counting: true },
    });
    await Promise.resolve();
    await Promise.resolve();
  };
  const refuse = async (n: number): Promise<void> => {
    answers[n]?.({ ok: false, problem: { code: 'engine_failed' } });
    await Promise.resolve();
    await Promise.resolve();
  };
  cache.open(view, 1000);
  return { cache, requests, answer, answerInPart, refuse, changes: () => changes };
}

describe('the page cache', () => {
  it('asks for the pages on screen, once each', async () => {
    const { cache, requests, answer } = setUp();
    cache.show(95, 105);
    cache.show(96, 106);
    expect(requests.map((request) => request.offset)).toEqual([0, 100]);
    await answer(0);
    await answer(1);
    cache.show(97, 107);
    expect(requests).toHaveLength(2);
    expect(cache.row(99)?.fileName).toBe('row 99');
    expect(cache.row(100)?.fileName).toBe('row 100');
    expect(cache.row(200)).toBeNull();
    expect(cache.loaded()).toBe(true);
  });

  it('keeps stale rows on screen until the new ones are here', async () => {
    const { cache, requests, answer } = setUp();
    await answer(0, 'old');
    cache.invalidate();
    expect(cache.row(3)?.fileName).toBe('old 3');
    await answer(1, 'new', 900);
    expect(cache.row(3)?.fileName).toBe('new 3');
    expect(cache.total()).toBe(900);
    expect(requests).toHaveLength(2);
  });

  it('turns any number of changes during a request into one more request', async () => {
    const { cache, requests, answer } = setUp();
    for (let n = 0; n < 20; n += 1) cache.invalidate();
    expect(requests).toHaveLength(1);
    await answer(0);
    expect(requests).toHaveLength(2);
    await answer(1);
    expect(requests).toHaveLength(2);
  });

  it('asks again for a page that changed off screen only when it is shown', async () => {
    const { cache, requests, answer } = setUp();
    await answer(0);
    cache.show(500, 510);
    await answer(1);
    cache.invalidate();
    await answer(2);
    expect(requests.map((request) => request.offset)).toEqual([0, 500, 500]);
    cache.show(0, 10);
    expect(requests.at(-1)?.offset).toBe(0);
  });

  it('drops an answer that belongs to the list before', async () => {
    const { cache, requests, answer } = setUp();
    cache.open({ ...view, filter: 'done' }, 7);
    await answer(0, 'of all');
    expect(cache.row(0)).toBeNull();
    expect(cache.total()).toBe(7);
    await answer(1, 'of done', 8);
    expect(cache.row(0)?.fileName).toBe('of done 0');
    expect(requests[1]?.filter).toBe('done');
  });

  it('asks for a few pages at a time, and next for the one that is looked at by then', async () => {
    const { cache, requests, answer, changes } = setUp();
    for (let n = 1; n < 10; n += 1) cache.show(n * 100, n * 100 + 10);
    expect(requests.map(({ offset }) => offset)).toEqual([0, 100, 200]);
    await answer(0);
    expect(requests.map(({ offset }) => offset)).toEqual([0, 100, 200, 900]);
    const before = changes();
    await answer(1);
    await answer(2);
    expect(changes()).toBe(before);
    await answer(3);
    expect(changes()).toBe(before + 1);
    expect(cache.row(905)?.fileName).toBe('row 905');
    expect(requests).toHaveLength(4);
  });

  it('keeps what is on screen until a search is answered, and only the last one', async () => {
    const { cache, requests, answer } = setUp();
    await answer(0, 'before');
    cache.open({ ...view, search: 'i' }, null);
    cache.open({ ...view, search: 'im' }, null);
    expect(requests.map(({ search }) => search)).toEqual(['', 'i', 'im']);
    await answer(1, 'i', 50);
    expect(cache.row(0)?.fileName).toBe('before 0');
    expect(cache.total()).toBe(1000);
    expect(cache.settled()).toBe(false);
    await answer(2, 'im', 20);
    expect(cache.row(0)?.fileName).toBe('im 0');
    expect(cache.settled()).toBe(true);
    expect(cache.total()).toBe(20);
  });

  it('shows the first rows of a search at once, and asks on for how many there are', async () => {
    const { cache, requests, answer, answerInPart } = setUp();
    await answer(0, 'before');
    cache.open({ ...view, search: 'im' }, null);
    await answerInPart(1, 'found', 1);
    expect(cache.row(0)?.fileName).toBe('found');
    expect([cache.settled(), cache.counted(), cache.total()]).toEqual([true, false, 1]);
    expect(requests.map(({ search }) => search)).toEqual(['', 'im', 'im']);
    await answer(2, 'found', 700);
    expect([cache.counted(), cache.total()]).toEqual([true, 700]);
    // Made anew behind what is shown, it does not shrink meanwhile.
    cache.invalidate();
    await answerInPart(3, 'found', 1);
    expect([cache.counted(), cache.total()]).toEqual([false, 700]);
  });

  it('holds no more than its limit, however far one scrolls', async () => {
    const { cache, requests, answer } = setUp({ maxPages: 3 });
    for (let n = 0; n < 10; n += 1) {
      cache.show(n * 100, n * 100 + 10);
      await answer(n);
    }
    const held = Array.from({ length: 10 }, (_, n) => cache.row(n * 100)).filter((row) => row !== null);
    expect(held).toHaveLength(3);
    cache.show(0, 10);
    expect(requests.at(-1)?.offset).toBe(0);
  });

  it('asks next for what will be scrolled to, without telling anybody', async () => {
    const { cache, requests, answer, changes } = setUp({ ahead: 40 });
    await answer(0);
    cache.show(250, 265);
    expect(requests.map(({ offset }) => offset)).toEqual([0, 200]);
    await answer(1);
    expect(requests.map(({ offset }) => offset)).toEqual([0, 200, 300]);
    const before = changes();
    await answer(2);
    expect(changes()).toBe(before);
    cache.invalidate();
    expect(requests.map(({ offset }) => offset)).toEqual([0, 200, 300, 200]);
  });

  it('gives a row that has not changed as the object that it was', async () => {
    const { cache, answer } = setUp();
    await answer(0);
    const before = cache.row(3);
    cache.invalidate();
    await answer(1);
    expect(cache.row(3)).toBe(before);
    cache.invalidate();
    await answer(2, 'other');
    expect(cache.row(3)).not.toBe(before);
  });

  it('tells of a failure, keeps its rows, does not spin, and recovers', async () => {
    const { cache, requests, answer, refuse } = setUp();
    await answer(0);
    cache.invalidate();
    await refuse(1);
    expect(cache.problem()?.code).toBe('engine_failed');
    expect(cache.row(0)?.fileName).toBe('row 0');
    expect(requests).toHaveLength(2);
    cache.invalidate();
    await answer(2);
    expect(cache.problem()).toBeNull();
  });
});
