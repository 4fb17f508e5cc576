/** Calls over the bridge whose outcome is always a reply: no view ever meets a raw exception. */
import type { Bridge, CallName, Calls, Reply } from '../../preload/contract/api.ts';

type WindowCall = Exclude<CallName, 'intake.add'>;

export interface Client {
  ask<K extends WindowCall>(name: K, ...args: Parameters<Calls[K]>): Promise<Reply<ReturnType<Calls[K]>>>;
  addFiles(files: readonly File[]): Promise<Reply<number>>;
  on: Bridge['on'];
}

/** Wraps the bridge. A call that breaks instead of answering becomes the problem `internal`. */
export function createClient(bridge: Bridge): Client {
  return {
    ask: (name, ...args) => settle(bridge.call(name, ...args)),
    addFiles: (files) => settle(bridge.addFiles(files)),
    on: bridge.on,
  };
}

async function settle<T>(call: Promise<Reply<T>>): Promise<Reply<T>> {
  try {
    return await call;
  } catch (error) {
    // The person reads a sentence; whoever looks for the cause finds it in the console's log.
    console.error('A call over the bridge broke off', error);
    return { ok: false, problem: { code: 'internal' } };
  }
}
