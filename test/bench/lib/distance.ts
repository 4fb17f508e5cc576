/** Backend and store at a distance: a delay line before each, in one process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../../sandbox/ports.ts';
import type { SandboxOptions } from '../../../sandbox/start.ts';
import type { DelayOrder } from './delay-process.ts';

export interface Distance {
  /** For the sandbox, so that the app goes the long way. */
  sandboxOptions: Pick<SandboxOptions, 'ports' | 'addresses'>;
  /** The store's address at the near end. */
  storeUrl: string;
  setRoundTrip(ms: number): Promise<void>;
  /** Connections that were opened so far, to either. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** Opens the lines; what they lead to may come later. */
export async function openDistance(): Promise<Distance> {
  const [backend = 0, store = 0, backendNear = 0, storeNear = 0] = await freePorts(4);
  const child = fork(fileURLToPath(new URL('./delay-process.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
  });
  const order = async (message: DelayOrder): Promise<Record<number, number>> => {
    const answer = once(child, 'message');
    child.send(message);
    return ((await answer) as [Record<number, number>])[0];
  };
  const relays = [
    { port: backendNear, target: backend },
    { port: storeNear, target: store },
  ];
  await order({ kind: 'open', relays, roundTripMs: 0 });
  const near = (port: number): string => `http://127.0.0.1:${port}`;
  return {
    sandboxOptions: {
      ports: { backend, store },
      addresses: { backend: near(backendNear), store: near(storeNear) },
    },
    storeUrl: near(storeNear),
    setRoundTrip: async (ms) => {
      await order({ kind: 'roundTrip', ms });
    },
    connections: async () =>
      Object.values(await order({ kind: 'connections' })).reduce((sum, count) => sum + count, 0),
    close: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
