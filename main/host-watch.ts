/**
 * Notices that the computer slept, or is in another network.
 *
 * [Note: Events go missing] The system's word of sleep and wake does not always come: not on every desktop, not when a
 * lid closes in haste, not from a virtual machine that is paused. So a ticker looks at two clocks. Where the monotonic
 * one stands still in sleep, the wall clock is ahead of it afterwards; where it does not, the ticker is far behind. What
 * else does that, a clock that was set or a process that was stopped, costs some requests that begin anew, no more.
 *
 * Networks have no such word for Node at all: the addresses of the interfaces are compared. All of this is a hint, and
 * what follows is a probe.
 */
import type os from 'node:os';
import type { Clock } from './auth/clock.ts';

export interface HostWatch {
  /** The system says that the computer is about to sleep. */
  suspended(): void;
  /** The system says that it has woken. */
  resumed(): void;
  stop(): void;
}

export interface HostWatchDeps {
  clock: Clock;
  /** Something that differs when the computer is in another network: {@link networkSignature}. */
  network: () => string;
  onSuspend: () => void;
  /** Once for each sleep, however it was noticed; also when one that was announced did not come. */
  onWake: () => void;
  onNetworkChange: () => void;
}

/** Together with a probe well below the five seconds in which work is to go on. */
const tickMs = 2_000;
/** Interfaces come and go for a moment while they are set up: a change counts when it lasts. */
const settleMs = 500;
const jumpMs = 5_000;
/** Nothing of ours keeps the main process busy for that long. */
const lateMs = 15_000;
/** An announced sleep from which nobody says that it ended. */
const awakeAfterAllMs = 60_000;
/** The event and the ticker tell of the same wake. */
const sameWakeMs = 5_000;

export function createHostWatch({
  clock,
  network,
  onSuspend,
  onWake,
  onNetworkChange,
}: HostWatchDeps): HostWatch {
  const read = (): { wall: number; monotonic: number } => ({
    wall: clock.now(),
    monotonic: clock.monotonic(),
  });
  let last = read();
  let known = network();
  let seen = known;
  let suspendedAt: number | null = null;
  let wokenAt = -Infinity;
  let callOff = (): void => undefined;

  const wake = (): void => {
    last = read();
    const sinceWake = last.wall - wokenAt;
    if (suspendedAt === null && sinceWake >= 0 && sinceWake < sameWakeMs) return;
    suspendedAt = null;
    wokenAt = last.wall;
    known = network();
    onWake();
  };

  const look = (): void => {
    const before = last;
    last = read();
    const ran = last.monotonic - before.monotonic;
    const slept = last.wall - before.wall - ran > jumpMs || ran > lateMs;
    if (slept || (suspendedAt !== null && last.monotonic - suspendedAt > awakeAfterAllMs)) wake();
    const now = network();
    const lasts = now !== known && now === seen;
    seen = now;
    if (lasts) {
      known = now;
      onNetworkChange();
    }
    callOff = clock.after(now === known ? tickMs : settleMs, look);
  };
  callOff = clock.after(tickMs, look);

  return {
    suspended: () => {
      suspendedAt = clock.monotonic();
      onSuspend();
    },
    resumed: wake,
    stop: () => {
      callOff();
    },
  };
}

/**
 * The addresses by which the computer is reached from outside.
 *
 * Those of a link alone say nothing of a network, and change whenever a container starts; of the others of IPv6 the
 * network's half counts, as a computer changes the rest by itself, for privacy (RFC 8981).
 *
 * @param online what Chromium thinks of it.
 */
export function networkSignature(
  interfaces: ReturnType<typeof os.networkInterfaces>,
  online: boolean,
): string {
  const addresses = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos
      .filter(({ internal, address }) => !internal && !/^(fe[89ab]|169\.254\.)/i.test(address))
      .map(({ address }) => {
        const [head = ''] = address.split('::');
        return `${name} ${address.includes(':') ? head.split(':').slice(0, 4).join(':') : address}`;
      }),
  );
  return [online ? 'online' : 'offline', ...new Set(addresses.sort())].join('\n');
}
