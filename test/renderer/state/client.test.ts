import { afterEach, expect, it, vi } from 'vitest';
import type { Bridge } from '../../../preload/contract/api.ts';
import { createClient } from '../../../renderer/state/client.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('turns a call that breaks off into a problem, without a word of the exception', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const client = createClient({
    call: () => Promise.reject(new Error('secret path')),
    addFiles: () => Promise.reject(new Error('secret path')),
    on: () => () => undefined,
  } satisfies Bridge);
  expect(await client.ask('queue.pause')).toEqual({ ok: false, problem: { code: 'internal' } });
  expect(await client.addFiles([])).toEqual({ ok: false, problem: { code: 'internal' } });
  expect(log).toHaveBeenCalledTimes(2);
});
