import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../../sandbox/store/faults.ts';
import { createFaults, parseFaults } from '../../../sandbox/store/faults.ts';
import type { TestStore } from './support/running-store.ts';
import { bucket, openTestStore, rootKeys } from './support/running-store.ts';
import type { Answer } from './support/signed-request.ts';
import { signRequest } from './support/signed-request.ts';

const body = randomBytes(1_000_000);
let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());
afterEach(() => store.running.faults.clear());

const put = (key: string): Promise<Answer> => store.call({ method: 'PUT', path: key, body });
const exists = async (key: string): Promise<boolean> =>
  (await store.call({ method: 'HEAD', path: key })).status === 200;
const set = (...faults: Fault[]): void => store.running.faults.set(faults);

describe('a fault', () => {
  it('reset breaks the connection, at once or after some bytes', async () => {
    set({ kind: 'reset' });
    await expect(put('reset')).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
    set({ kind: 'reset', afterBytes: 500_000 });
    await expect(put('reset')).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
    store.running.faults.clear();
    expect(await exists('reset')).toBe(false);
    await expect.poll(() => fs.readdirSync(path.join(store.dir, 'temp'))).toEqual([]);
  });

  it('reset breaks a download after some bytes', async () => {
    await put('download');
    set({ kind: 'reset', afterBytes: 300_000, match: { method: 'GET' } });
    await expect(store.call({ path: 'download' })).rejects.toThrow();
  });

  it('stall takes no more and says nothing, until the client gives up', async () => {
    set({ kind: 'stall', afterBytes: 100_000 });
    const large = randomBytes(30_000_000);
    const options = signRequest({
      url: store.running.url,
      keys: rootKeys,
      method: 'PUT',
      path: `/${bucket}/stall`,
      body: large,
    });
    const request = http.request({ ...options, agent: false });
    const silence = new Promise<string>((resolve) => {
      request.on('response', () => resolve('response'));
      request.on('error', () => resolve('given up'));
      request.on('socket', (socket) => {
        socket.setTimeout(500, () => request.destroy(new Error('no progress')));
      });
    });
    request.end(large);
    expect(await silence).toBe('given up');
    store.running.faults.clear();
    expect(await exists('stall')).toBe(false);
  });

  it('slow limits the speed of bodies and of replies', async () => {
    set({ kind: 'slow', bytesPerSecond: 2_000_000 });
    for (const work of [() => put('slow'), () => store.call({ path: 'slow' })]) {
      const started = performance.now();
      expect((await work()).status).toBe(200);
      const seconds = (performance.now() - started) / 1000;
      expect(seconds).toBeGreaterThan(0.4);
      expect(seconds).toBeLessThan(5);
    }
  });

  it('status answers with a code, and says when to come again', async () => {
    set({ kind: 'status', status: 503, code: 'SlowDown', retryAfterSeconds: 7 });
    const answer = await put('status');
    expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([503, 'SlowDown', '7']);
    set({ kind: 'status', status: 500, code: 'InternalError', afterBytes: 100_000 });
    expect((await put('status')).code).toBe('InternalError');
    set({ kind: 'status', status: 200, code: 'InternalError' });
    const late = await put('status');
    expect([late.status, late.code]).toEqual([200, 'InternalError']);
    store.running.faults.clear();
    expect(await exists('status')).toBe(false);
  });

  it('clockSkew shifts the clock that signatures and the Date header go by', async () => {
    const hour = 3_600_000;
    set({ kind: 'clockSkew', ms: hour });
    const skewed = await put('skew');
    expect([skewed.status, skewed.code]).toEqual([403, 'RequestTimeTooSkewed']);
    const offset = Date.parse(skewed.headers.date ?? '') - Date.now();
    expect(Math.abs(offset - hour)).toBeLessThan(5000);
    const corrected = await store.call({ method: 'PUT', path: 'skew', body, signedAt: Date.now() + offset });
    expect(corrected.status).toBe(200);
  });

  it('expiredToken answers as for credentials that ran out', async () => {
    set({ kind: 'expiredToken', times: 1 });
    const answer = await put('expired');
    expect([answer.status, answer.code]).toEqual([400, 'ExpiredToken']);
    expect((await put('expired')).status).toBe(200);
  });

  it('truncateReply breaks the reply off in its middle', async () => {
    await put('truncate');
    set({ kind: 'truncateReply' });
    await expect(store.call({ path: 'truncate' })).rejects.toThrow();
    await expect(put('truncate-put')).rejects.toThrow();
    store.running.faults.clear();
    expect(await exists('truncate-put')).toBe(true);
  });

  it('lostReply does the work and keeps silent about it', async () => {
    set({ kind: 'lostReply', match: { operation: 'PutObject' } });
    await expect(put('lost')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await exists('lost')).toBe(true);
  });

  it('wrongChecksum refuses a body that is right', async () => {
    set({ kind: 'wrongChecksum', times: 1 });
    const answer = await put('checksum');
    expect([answer.status, answer.code]).toEqual([400, 'BadDigest']);
    expect(await exists('checksum')).toBe(false);
    expect((await put('checksum')).status).toBe(200);
  });

  it('htmlReply answers like a captive portal', async () => {
    set({ kind: 'htmlReply' });
    const answer = await put('html');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html']);
    expect(answer.headers['x-amz-request-id']).toBeUndefined();
    store.running.faults.clear();
    expect(await exists('html')).toBe(false);
  });
});

describe('rules', () => {
  it('are for the requests they match, as often as they say', async () => {
    set({
      kind: 'status',
      status: 503,
      code: 'SlowDown',
      times: 2,
      match: { method: 'PUT', keyPrefix: 'a/' },
    });
    expect((await put('b/1')).status).toBe(200);
    expect((await put('a/1')).status).toBe(503);
    expect((await store.call({ path: 'a/1' })).status).toBe(404);
    expect((await put('a/1')).status).toBe(503);
    expect((await put('a/1')).status).toBe(200);
    expect(store.running.faults.list()).toMatchObject([{ times: 0 }]);
  });

  it('draw the same lots for the same seed', () => {
    const draw = (seed: number): boolean[] => {
      const faults = createFaults();
      faults.set([{ kind: 'reset', probability: 0.3, seed }]);
      const request = { method: 'PUT', operation: 'PutObject', key: 'k' };
      return Array.from({ length: 1000 }, () => !faults.pick(request).isEmpty);
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const hits = draw(1).filter(Boolean).length;
    expect(hits).toBeGreaterThan(250);
    expect(hits).toBeLessThan(350);
  });

  it('can be set, read and cleared over HTTP', async () => {
    const url = `${store.running.url}/_sandbox/faults`;
    const faults = [{ kind: 'status', status: 503, code: 'SlowDown' }];
    const stored = await fetch(url, { method: 'PUT', body: JSON.stringify(faults) });
    expect(await stored.json()).toEqual(faults);
    expect((await put('remote')).status).toBe(503);
    expect(await (await fetch(url)).json()).toEqual(faults);
    expect(await (await fetch(url, { method: 'DELETE' })).json()).toEqual([]);
    expect((await put('remote')).status).toBe(200);
    const refused = await fetch(url, { method: 'PUT', body: '[{"kind":"earthquake"}]' });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('Use one of reset, stall');
  });

  it.each(['{}', '[1]', '[{"kind":"slow"}]', '[{"kind":"status","status":500}]'])('%s is refused', (text) => {
    expect(() => parseFaults(text)).toThrow(/fault/i);
  });
});
