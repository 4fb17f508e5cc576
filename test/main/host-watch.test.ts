import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createHostWatch, networkSignature } from '../../main/host-watch.ts';
import { manualClock } from './auth/support/manual-clock.ts';

const tick = 2_000;

function rig() {
  const clock = manualClock();
  const told: string[] = [];
  const place = { network: 'home' };
  const watch = createHostWatch({
    clock,
    network: () => place.network,
    onSuspend: () => told.push('suspend'),
    onWake: () => told.push('wake'),
    onNetworkChange: () => told.push('network'),
  });
  /** Time passes while the computer is awake. */
  const run = (ms: number): void => {
    for (let left = ms; left > 0; left -= 500) clock.advance(Math.min(500, left));
  };
  return { clock, told, place, watch, run };
}

describe('a sleep', () => {
  it('that nobody told of shows in the wall clock, within five seconds', () => {
    const { clock, told, run } = rig();
    run(10 * tick);
    clock.jump(3_600_000);
    run(3_000);
    expect(told).toEqual(['wake']);
    run(60_000);
    expect(told).toEqual(['wake']);
  });

  it('shows as a late ticker where the monotonic clock goes on in sleep', () => {
    const { clock, told, run } = rig();
    run(tick);
    clock.advance(600_000);
    run(tick);
    expect(told).toEqual(['wake']);
  });

  it('is told once, whether the event or the ticker notices first', () => {
    const { clock, told, watch, run } = rig();
    watch.suspended();
    clock.jump(3_600_000);
    watch.resumed();
    run(10_000);
    expect(told).toEqual(['suspend', 'wake']);
    watch.suspended();
    clock.jump(3_600_000);
    run(tick);
    watch.resumed();
    run(10_000);
    expect(told).toEqual(['suspend', 'wake', 'suspend', 'wake']);
  });

  it('is told each time, however short the computer was awake', () => {
    const { clock, told, run } = rig();
    clock.jump(60_000);
    run(tick);
    clock.jump(60_000);
    run(tick);
    expect(told).toEqual(['wake', 'wake']);
  });

  it('that was announced and did not come ends by itself', () => {
    const { told, watch, run } = rig();
    watch.suspended();
    run(50_000);
    expect(told).toEqual(['suspend']);
    run(15_000);
    expect(told).toEqual(['suspend', 'wake']);
  });

  it('is neither a corrected clock nor a busy moment', () => {
    const { clock, told, run } = rig();
    clock.jump(3_000);
    run(tick);
    clock.jump(-3_600_000);
    run(tick);
    clock.advance(8_000);
    run(tick);
    expect(told).toEqual([]);
  });

  it('is not looked for any more once the app ends', () => {
    const { clock, told, watch } = rig();
    watch.stop();
    expect(clock.pending).toBe(0);
    expect(told).toEqual([]);
  });
});

describe('another network', () => {
  it('is told once it lasts, within five seconds', () => {
    const { told, place, run } = rig();
    run(tick);
    place.network = 'café';
    run(3_000);
    expect(told).toEqual(['network']);
    run(60_000);
    expect(told).toEqual(['network']);
  });

  it('that is gone in a moment is none', () => {
    const { told, place, run } = rig();
    place.network = 'setting up';
    run(tick);
    place.network = 'home';
    run(10_000);
    expect(told).toEqual([]);
  });

  it('in which the computer wakes needs no word of its own', () => {
    const { clock, told, place, run } = rig();
    place.network = 'café';
    clock.jump(3_600_000);
    run(10_000);
    expect(told).toEqual(['wake']);
  });
});

describe('the signature of a network', () => {
  const at = (address: string, internal = false): NetworkInterfaceInfo[] => [
    { address, internal, netmask: '', mac: '', cidr: null, family: 'IPv4' },
  ];
  const home = { lo: at('127.0.0.1', true), wlan0: at('192.168.1.20') };

  it('differs with addresses and with what Chromium thinks of them', () => {
    const other = { ...home, wlan0: at('10.0.0.7') };
    const signatures = [
      networkSignature(home, true),
      networkSignature(other, true),
      networkSignature(home, false),
      networkSignature({ lo: home.lo }, true),
      networkSignature({ ...home, tun0: at('10.8.0.2') }, true),
      networkSignature({ ...home, eth0: at('2001:db8:1:2:3:4:5:6') }, true),
      networkSignature({ ...home, eth0: at('2001:db8:1:3:3:4:5:6') }, true),
    ];
    expect(new Set(signatures).size).toBe(signatures.length);
  });

  it('does not with addresses of a link, of this computer, or new ones for privacy', () => {
    const plain = networkSignature(home, true);
    expect(networkSignature({ ...home, veth1: at('fe80::1') }, true)).toBe(plain);
    expect(networkSignature({ ...home, eth0: at('169.254.3.4') }, true)).toBe(plain);
    expect(networkSignature({ wlan0: home.wlan0 }, true)).toBe(plain);
    const privately = (address: string): string => networkSignature({ eth0: at(address) }, true);
    expect(privately('2001:db8:1:2:aaaa:1:2:3')).toBe(privately('2001:db8:1:2:bbbb:4:5:6'));
    expect(privately('2001:db8::aaaa:1')).toBe(privately('2001:db8::bbbb:2'));
  });
});
