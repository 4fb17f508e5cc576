import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { createRpc, ProblemError, problemOf, type Handlers, type Port } from '../../../main/lib/rpc.ts';
import { deferred } from '../../support/deferred.ts';

interface Left {
  add: (a: number, b: number) => number;
  slow: () => Promise<string>;
}
interface Right {
  greet: (name: string) => string;
  fail: (how: 'problem' | 'system' | 'string') => void;
  bytes: () => Uint8Array;
}
interface LeftEvents {
  tick: { count: number };
}

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1, port2 } of channels.splice(0)) {
    port1.close();
    port2.close();
  }
});

/** A real message channel: what crosses is cloned, as between processes. */
function ports(): [Port, Port] {
  const channel = new MessageChannel();
  channels.push(channel);
  const wrap = (port: MessageChannel['port1']): Port => ({
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      port.on('message', listener);
    },
  });
  return [wrap(channel.port1), wrap(channel.port2)];
}

function connect() {
  const [leftPort, rightPort] = ports();
  const slow = deferred<string>();
  const heard: unknown[] = [];
  const tick = deferred<void>();
  const leftHandlers: Handlers<Left> = { add: (a, b) => a + b, slow: () => slow.promise };
  const rightHandlers: Handlers<Right> = {
    greet: (name) => `hello ${name}`,
    fail: (how) => {
      if (how === 'problem') throw new ProblemError({ code: 'database_full', detail: 'SQLITE_FULL' });
      if (how === 'system') throw Object.assign(new Error('/home/ada/secret'), { code: 'ENOSPC' });
      // oxlint-disable-next-line typescript/only-throw-error -- what careless code does
      throw 'a string with a token in it';
    },
    bytes: () => new Uint8Array([1, 2, 3]),
  };
  const left = createRpc<Left, Right, LeftEvents>(leftPort, leftHandlers);
  const right = createRpc<Right, Left, never, LeftEvents>(rightPort, rightHandlers, (name, payload) => {
    heard.push([name, payload]);
    tick.resolve();
  });
  return { left, right, leftPort, heard, ticked: tick.promise, slow };
}

describe('rpc', () => {
  it('calls in both directions at once, and answers each call with its own reply', async () => {
    const { left, right, slow } = connect();
    const late = right.call('slow');
    expect(
      await Promise.all([right.call('add', 2, 3), left.call('greet', 'Ada'), right.call('add', 20, 30)]),
    ).toEqual([5, 'hello Ada', 50]);
    slow.resolve('at last');
    expect(await late).toBe('at last');
    expect(await left.call('bytes')).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('carries the problem of a failure across, and of any other error its code alone', async () => {
    const { left } = connect();
    const problems = await Promise.all(
      (['problem', 'system', 'string'] as const).map((how) => left.call('fail', how).catch(problemOf)),
    );
    expect(problems).toEqual([
      { code: 'database_full', detail: 'SQLITE_FULL' },
      { code: 'internal', detail: 'ENOSPC' },
      { code: 'internal', detail: 'string' },
    ]);
  });

  it.each(['shutDown', 'toString', '__proto__', 'constructor'])(
    'refuses %s, which nobody handles',
    async (name) => {
      const { left } = connect();
      await expect(left.call(name as 'greet', 'x')).rejects.toMatchObject({
        problem: { code: 'bad_request', detail: name },
      });
    },
  );

  it('tells events', async () => {
    const { left, heard, ticked } = connect();
    left.emit('tick', { count: 7 });
    await ticked;
    expect(heard).toEqual([['tick', { count: 7 }]]);
  });

  it('rejects what is under way when the other side is gone, and ignores a reply that comes after all', async () => {
    const { left, right, slow } = connect();
    const waiting = [right.call('slow'), right.call('slow')];
    right.close({ code: 'engine_restarted' });
    for (const call of waiting)
      await expect(call).rejects.toMatchObject({ problem: { code: 'engine_restarted' } });
    slow.resolve('too late');
    expect(await left.call('greet', 'again')).toBe('hello again');
  });

  it('refuses a call whose answer cannot cross, instead of leaving the caller waiting', async () => {
    const [port, otherPort] = ports();
    createRpc<{ leak: () => unknown }, Record<never, never>, never>(port, { leak: () => () => 'a function' });
    const caller = createRpc<Record<never, never>, { leak: () => unknown }, never>(otherPort, {});
    await expect(caller.call('leak')).rejects.toMatchObject({ problem: { code: 'internal' } });
  });
});
