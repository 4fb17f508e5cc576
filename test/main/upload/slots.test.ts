import { describe, expect, it } from 'vitest';
import { createSlots } from '../../../main/upload/slots.ts';
import { deferred } from '../../support/deferred.ts';

const never = new AbortController().signal;

describe('slots', () => {
  it('take turns between photos and parts, whoever came first', async () => {
    const slots = createSlots(1);
    const order: string[] = [];
    const first = deferred<void>();
    const all = [slots.use('large', never, () => first.promise)];
    for (const name of ['part 1', 'part 2', 'part 3'])
      all.push(slots.use('large', never, async () => void order.push(name)));
    for (const name of ['photo 1', 'photo 2'])
      all.push(slots.use('small', never, async () => void order.push(name)));
    expect(slots.full()).toBe(true);
    first.resolve();
    await Promise.all(all);
    expect(order).toEqual(['photo 1', 'part 1', 'photo 2', 'part 2', 'part 3']);
    expect(slots.full()).toBe(false);
  });

  it('grow at once, and shrink as work ends', async () => {
    const slots = createSlots(2);
    const works = Array.from({ length: 5 }, () => deferred<void>());
    let begun = 0;
    const all = works.map(({ promise }) =>
      slots.use('small', never, () => {
        begun++;
        return promise;
      }),
    );
    await new Promise(setImmediate);
    expect(begun).toBe(2);
    slots.resize(3);
    await new Promise(setImmediate);
    expect(begun).toBe(3);
    slots.resize(1);
    works[0]?.resolve();
    await all[0];
    expect(begun).toBe(3);
    for (const { resolve } of works) resolve();
    await Promise.all(all);
    expect(begun).toBe(5);
  });

  it('are left by whoever gives up waiting, and by work that fails', async () => {
    const slots = createSlots(1);
    const first = deferred<void>();
    const running = slots.use('small', never, () => first.promise);
    const leaving = new AbortController();
    const waiting = slots.use('small', leaving.signal, () => Promise.resolve());
    leaving.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    first.reject(new Error('broken'));
    await expect(running).rejects.toThrow('broken');
    expect(await slots.use('small', never, () => Promise.resolve('next'))).toBe('next');
  });
});
