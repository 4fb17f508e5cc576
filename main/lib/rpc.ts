/** Calls and events over any pair of message ports: main and the engine talk through this. */
import type { Problem } from '../../preload/contract/model.ts';
import { errorCode } from './log.ts';

export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** A failure that crosses the process border: its problem survives, its stack does not. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail === undefined ? problem.code : `${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

/** What a failure looks like to the other side: a {@link Problem} with nothing in it that must not be logged. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { code: 'internal', detail: errorCode(error) };
}

// oxlint-disable-next-line typescript/no-explicit-any -- the one place where calls are untyped; callers are typed.
type AnyFunction = (...args: any[]) => unknown;
type Functions<T> = { [K in keyof T]: AnyFunction };
/** The handlers of `T`'s calls: each may answer at once or later. */
export type Handlers<T extends Functions<T>> = {
  [K in keyof T]: (...args: Parameters<T[K]>) => ReturnType<T[K]> | Promise<ReturnType<T[K]>>;
};

type Message =
  | { kind: 'call'; id: number; name: string; args: unknown[] }
  | { kind: 'reply'; id: number; ok: true; value: unknown }
  | { kind: 'reply'; id: number; ok: false; problem: Problem }
  | { kind: 'event'; name: string; payload: unknown };

export interface Rpc<Remote extends Functions<Remote>, Sent> {
  call<K extends keyof Remote & string>(
    name: K,
    ...args: Parameters<Remote[K]>
  ): Promise<Awaited<ReturnType<Remote[K]>>>;
  emit<K extends keyof Sent & string>(name: K, payload: Sent[K]): void;
  /** Rejects every call under way: the other side is gone. */
  close(problem: Problem): void;
}

/**
 * @param handlers answers the other side's calls; a call without a handler is refused with `bad_request`.
 * @param onEvent hears the other side's events.
 */
export function createRpc<
  Local extends Functions<Local>,
  Remote extends Functions<Remote>,
  Sent,
  Heard = Record<never, never>,
>(
  port: Port,
  handlers: Handlers<Local>,
  onEvent: <K extends keyof Heard & string>(name: K, payload: Heard[K]) => void = () => undefined,
): Rpc<Remote, Sent> {
  let nextId = 1;
  const pending = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();

  const answer = async (message: Extract<Message, { kind: 'call' }>): Promise<void> => {
    try {
      if (!Object.hasOwn(handlers, message.name))
        throw new ProblemError({ code: 'bad_request', detail: message.name });
      const handler = handlers[message.name as keyof Local] as AnyFunction;
      const value = await handler(...message.args);
      port.post({ kind: 'reply', id: message.id, ok: true, value } satisfies Message);
    } catch (error) {
      // Also when the value cannot be cloned: the caller must not wait for ever.
      port.post({ kind: 'reply', id: message.id, ok: false, problem: problemOf(error) } satisfies Message);
    }
  };

  port.onMessage((raw) => {
    const message = raw as Message;
    if (message.kind === 'call') {
      void answer(message);
    } else if (message.kind === 'event') {
      onEvent(message.name as keyof Heard & string, message.payload as Heard[keyof Heard & string]);
    } else {
      const waiting = pending.get(message.id);
      pending.delete(message.id);
      if (message.ok) waiting?.resolve(message.value as never);
      else waiting?.reject(new ProblemError(message.problem));
    }
  });

  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        pending.set(id, { resolve, reject });
        port.post({ kind: 'call', id, name, args } satisfies Message);
      }),
    emit: (name, payload) => {
      port.post({ kind: 'event', name, payload } satisfies Message);
    },
    close: (problem) => {
      for (const { reject } of pending.values()) reject(new ProblemError(problem));
      pending.clear();
    },
  };
}
