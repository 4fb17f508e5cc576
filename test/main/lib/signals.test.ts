import v8 from 'node:v8';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { underSignals, withDeadline } from '../../../main/lib/signals.ts';
import { deferred } from '../../support/deferred.ts';
import { fakeClock } from '../../support/fake-clock.ts';

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });

describe('work under signals', () => {
  it('ends with whichever parent ends first, and says why', async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const work = underSignals([one.signal, other.signal], aborted);
    other.abort(new Error('other'));
    await expect(work).rejects.toThrow('other');
  });

  it('does not begin when a parent has ended', async () => {
    let begun = false;
    const work = underSignals([AbortSignal.abort(new Error('gone'))], async () => {
      begun = true;
    });
    await expect(work).rejects.toThrow('gone');
    expect(begun).toBe(false);
  });

  it('lets go of its parents when the work is done', async () => {
    const parent = new AbortController();
    const signal = await underSignals([parent.signal], (inner) => Promise.resolve(inner));
    parent.abort();
    expect(signal.aborted).toBe(false);
  });
});

describe('a deadline', () => {
  it('comes also when memory is collected meanwhile', async () => {
    const work = withDeadline([new AbortController().signal], { ms: 50 }, aborted);
    setTimeout(collect, 5);
    await expect(work).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('says what it is asked to say', async () => {
    const clock = fakeClock();
    const work = withDeadline([], { ms: 10, clock, reason: () => new Error('late') }, aborted);
    clock.advance(10);
    await expect(work).rejects.toThrow('late');
  });

  it('leaves no timer when the work ends before it', async () => {
    const clock = fakeClock();
    const { promise, resolve } = deferred<number>();
    const work = withDeadline([], { ms: 10, clock }, () => promise);
    expect(clock.pending).toBe(1);
    resolve(7);
    expect(await work).toBe(7);
    expect(clock.pending).toBe(0);
  });
});
