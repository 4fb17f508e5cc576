import { describe, expect, it } from 'vitest';
import { createConnectivity } from '../../../main/upload/connectivity.ts';
import { deferred, type Deferred } from '../../support/deferred.ts';
import { fakeClock } from '../../support/fake-clock.ts';

function setUp(random = () => 0.5) {
  const clock = fakeClock();
  const probes: Deferred<void>[] = [];
  const changes: boolean[] = [];
  const connectivity = createConnectivity({
    clock,
    random,
    pauseFor: (error) => (error instanceof Error && error.message === 'portal' ? 'captivePortal' : 'offline'),
    probe: () => {
      const probe = deferred<void>();
      probes.push(probe);
      return probe.promise;
    },
    onChange: () => changes.push(connectivity.online()),
  });
  return { clock, probes, changes, connectivity };
}

describe('connectivity', () => {
  it('is online until a probe says otherwise: a failure alone is only a hint', async () => {
    const { connectivity, probes } = setUp();
    expect([connectivity.online(), connectivity.nextProbeAt()]).toEqual([true, null]);
    const checked = connectivity.check();
    expect(connectivity.online()).toBe(true);
    probes[0]?.resolve();
    expect(await checked).toBe(true);
    expect([connectivity.online(), connectivity.nextProbeAt()]).toEqual([true, null]);
  });

  it('asks once for however many failures come together', async () => {
    const { connectivity, probes } = setUp();
    const checks = Array.from({ length: 20 }, () => connectivity.check());
    expect(probes).toHaveLength(1);
    probes[0]?.reject(new Error('refused'));
    expect(new Set(await Promise.all(checks))).toEqual(new Set([false]));
    expect(connectivity.online()).toBe(false);
  });

  it('probes by itself, ever more rarely, until it gets through; then the count begins anew', async () => {
    const { clock, connectivity, probes, changes } = setUp(() => 0.999);
    const waits: number[] = [];
    for (let round = 0; round < 7; round++) {
      const checked = round === 0 ? connectivity.check() : null;
      expect(probes).toHaveLength(round + 1);
      probes[round]?.reject(new Error('refused'));
      // The same probe: check() joins the one under way.
      await (checked ?? connectivity.check());
      const wait = (connectivity.nextProbeAt() ?? 0) - clock.now();
      waits.push(wait);
      clock.advance(wait);
    }
    expect(waits.map((ms) => Math.round(ms / 500) * 500)).toEqual([
      2500, 4500, 8500, 16_500, 30_500, 30_500, 30_500,
    ]);
    probes[7]?.resolve();
    await connectivity.check();
    expect([connectivity.online(), connectivity.nextProbeAt(), changes.at(-1)]).toEqual([true, null, true]);
    expect(clock.pending).toBe(0);
    const again = connectivity.check();
    probes[8]?.reject(new Error('refused'));
    await again;
    expect((connectivity.nextProbeAt() ?? 0) - clock.now()).toBeLessThan(2600);
  });

  it('says what the last probe met', async () => {
    const { clock, connectivity, probes, changes } = setUp();
    const checked = connectivity.check();
    probes[0]?.reject(new Error('refused'));
    await checked;
    expect(connectivity.obstacle()).toBe('offline');
    clock.advance(60_000);
    probes[1]?.reject(new Error('portal'));
    await connectivity.check();
    expect(connectivity.obstacle()).toBe('captivePortal');
    clock.advance(60_000);
    probes[2]?.resolve();
    await connectivity.check();
    expect([connectivity.obstacle(), changes]).toEqual([null, [false, false, true]]);
  });

  it('waits at least half a second: a dead interface answers at once', async () => {
    const { clock, connectivity, probes } = setUp(() => 0);
    const checked = connectivity.check();
    probes[0]?.reject(new Error('unreachable'));
    await checked;
    expect((connectivity.nextProbeAt() ?? 0) - clock.now()).toBe(500);
  });

  it('probes at once when something asks, and then only once per round', async () => {
    const { clock, connectivity, probes } = setUp();
    const first = connectivity.check();
    probes[0]?.reject(new Error('refused'));
    await first;
    const second = connectivity.check();
    expect(probes).toHaveLength(2);
    clock.advance(60_000);
    expect(probes).toHaveLength(2);
    probes[1]?.resolve();
    expect(await second).toBe(true);
  });

  it('tells nobody anything after stop', async () => {
    const { clock, connectivity, probes, changes } = setUp();
    const checked = connectivity.check();
    connectivity.stop();
    probes[0]?.reject(new Error('aborted'));
    expect(await checked).toBe(false);
    expect([changes, clock.pending, connectivity.online()]).toEqual([[], 0, true]);
  });
});
