import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePorts } from '../../../sandbox/ports.ts';
import { openDelayLine, type DelayLine } from './delay-line.ts';

const roundTrip = 40;
/** Timers may fire that much early by the clock that measures them. */
const early = 2;

let server: net.Server;
let line: DelayLine;
let port: number;
let target: number;
beforeEach(async () => {
  // Says back what it is told, and hangs up when its client does.
  server = net.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port: target } = server.address() as AddressInfo);
  [port = 0] = await freePorts(1);
  line = await openDelayLine([{ port, target }], roundTrip);
});
afterEach(async () => {
  await line.close();
  server.close();
});

async function said(socket: net.Socket, text: string): Promise<number> {
  const from = performance.now();
  const answer = once(socket, 'data');
  socket.write(text);
  expect(String((await answer)[0])).toBe(text);
  return performance.now() - from;
}

it('takes a round trip for an answer, and one more on a new connection', async () => {
  const socket = net.connect(port, '127.0.0.1');
  expect(await said(socket, 'first')).toBeGreaterThanOrEqual(2 * roundTrip - early);
  expect(await said(socket, 'second')).toBeGreaterThanOrEqual(roundTrip - early);
  line.setRoundTrip(3 * roundTrip);
  expect(await said(socket, 'third')).toBeGreaterThanOrEqual(3 * roundTrip - early);
  expect(line.connections()).toEqual({ [port]: 1 });
  socket.destroy();
});

it('keeps every byte in order, however many are under way, and the end behind them', async () => {
  const sent = randomBytes(30_000_000);
  const socket = net.connect({ port, host: '127.0.0.1' });
  const hash = createHash('sha256');
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  socket.end(sent);
  await once(socket, 'end');
  expect(bytes).toBe(sent.length);
  expect(hash.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'));
});

it('hangs up when either end does', async () => {
  const [accepted, near] = await Promise.all([
    once(server, 'connection').then(([socket]) => socket as net.Socket),
    Promise.resolve(net.connect(port, '127.0.0.1')),
  ]);
  near.on('error', () => undefined);
  accepted.destroy();
  await once(near, 'close');

  const away = net.connect(port, '127.0.0.1');
  const [other] = (await once(server, 'connection')) as [net.Socket];
  away.resetAndDestroy();
  await once(other, 'close');
});

it('refuses nothing itself, but ends what leads nowhere', async () => {
  server.close();
  await once(server, 'close');
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'close');
});
