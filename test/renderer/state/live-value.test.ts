import { expect, it } from 'vitest';
import type { Reply } from '../../../preload/contract/api.ts';
import type { AuthState } from '../../../preload/contract/model.ts';
import type { Client } from '../../../renderer/state/client.ts';
import { createLiveValue } from '../../../renderer/state/live-value.ts';

function setUp() {
  let listener: (state: AuthState) => void = () => undefined;
  let answer: (reply: Reply<AuthState>) => void = () => undefined;
  let closed = false;
  const client = {
    on: (_name: string, next: (state: AuthState) => void) => {
      listener = next;
      return () => {
        closed = true;
      };
    },
  } as unknown as Client;
  const value = createLiveValue(client, 'auth.changed', () => new Promise((resolve) => (answer = resolve)));
  return {
    value,
    emit: (state: AuthState) => {
      listener(state);
    },
    answer: async (reply: Reply<AuthState>) => {
      answer(reply);
      await Promise.resolve();
      await Promise.resolve();
    },
    closed: () => closed,
  };
}

it('takes the first answer and then every change', async () => {
  const { value, emit, answer, closed } = setUp();
  expect(value.get()).toBeNull();
  await answer({ ok: true, value: { kind: 'signedOut' } });
  expect(value.get()).toEqual({ kind: 'signedOut' });
  emit({ kind: 'unconfigured' });
  expect(value.get()).toEqual({ kind: 'unconfigured' });
  value.close();
  expect(closed()).toBe(true);
});

it('does not let a late answer overwrite a newer change', async () => {
  const { value, emit, answer } = setUp();
  emit({ kind: 'unconfigured' });
  await answer({ ok: true, value: { kind: 'signedOut' } });
  expect(value.get()).toEqual({ kind: 'unconfigured' });
});

it('stays unknown when the other side is not up yet', async () => {
  const { value, answer } = setUp();
  await answer({ ok: false, problem: { code: 'engine_failed' } });
  expect(value.get()).toBeNull();
});
