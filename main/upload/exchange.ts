/** One HTTP request with bytes of a file, and its reply. */
import http from 'node:http';
import https from 'node:https';
import type { Clock } from '../lib/clock.ts';
import { openRange, sliceBytes, type FileRange } from './file-body.ts';
import { Stalled } from './failures.ts';
import { createSlicePool } from './slice-pool.ts';
import { createWatchdog } from './watchdog.ts';

export interface Outgoing {
  url: URL;
  agent: http.Agent;
  method: string;
  /** With the query, as it was signed. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** The bytes to send. */
  file: string;
  range: FileRange;
}

export interface ExchangeOptions {
  signal: AbortSignal;
  /** Asked before each slice is read: how many of these bytes may go. Nothing is sent while the answer is pending. */
  admit?: ((wanted: number) => number | Promise<number>) | undefined;
  /** The system took that many bytes more. */
  onTaken(count: number): void;
  /** How long nothing may happen once that many bytes have been taken, milliseconds. */
  patienceMs(taken: number): number;
}

export interface Reply {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** The first 64 KiB of the body. */
  text: string;
  /** Every byte had been sent when it came. */
  whole: boolean;
}

/**
 * The connection had been idle, and the other side had closed it before our request came. Says nothing of the store:
 * the same request on a new connection may well go through.
 */
export class IdleConnectionLost extends Error {
  override readonly name = 'IdleConnectionLost';
  readonly code = 'ECONNRESET';
}

export interface Exchanges {
  /**
   * Sends a request and waits for its reply, whatever that says.
   *
   * [Note: What ends a request] Its reply; the signal, at once; Stalled, when nothing moves for too long; FileChanged
   * or the system's error, when the file cannot be read to its end; the agent's or the socket's error;
   * IdleConnectionLost. The promise is settled then, the file let go of, and the connection dropped unless the reply
   * was read to its end.
   */
  run(request: Outgoing, options: ExchangeOptions): Promise<Reply>;
  /** Lets go of the memory at rest. */
  clear(): void;
}

/** S3's replies are short; a captive portal may send without end. */
const maxReplyBytes = 64 * 1024;

export function createExchanges(clock: Clock): Exchanges {
  const slices = createSlicePool(sliceBytes);

  const run = (outgoing: Outgoing, options: ExchangeOptions): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const { signal, admit, onTaken, patienceMs } = options;
      signal.throwIfAborted();
      const { url, range, file, ...message } = outgoing;
      const reader = openRange(file, range);
      const request = (url.protocol === 'https:' ? https : http).request({
        hostname: url.hostname.replaceAll(/[[\]]/g, ''),
        port: url.port,
        ...message,
      });
      let handed = 0;
      let taken = 0;
      let answered = false;
      let ended = false;

      const end = (): boolean => {
        if (ended) return false;
        ended = true;
        watchdog.rest();
        signal.removeEventListener('abort', abort);
        reader.close();
        return true;
      };
      const fail = (error: unknown): void => {
        if (!end()) return;
        request.destroy();
        reject(error);
      };
      const abort = (): void => {
        fail(signal.reason);
      };
      const watchdog = createWatchdog(clock, patienceMs(0), () => {
        fail(new Stalled());
      });

      const over = (): boolean => ended || answered;

      const pump = async (): Promise<void> => {
        while (handed < range.length && !over()) {
          const wanted = Math.min(sliceBytes, range.length - handed);
          const admission = admit?.(wanted) ?? wanted;
          let most: number;
          if (typeof admission === 'number') most = admission;
          else {
            watchdog.rest();
            most = await admission;
            if (over()) return;
            watchdog.feed(patienceMs(taken));
          }
          const slice = slices.take();
          const read = reader.read(most === slice.length ? slice : slice.subarray(0, most));
          const count = typeof read === 'number' ? read : await read;
          if (over()) {
            slices.give(slice);
            return;
          }
          handed += count;
          await new Promise<void>((done) => {
            request.write(count === slice.length ? slice : slice.subarray(0, count), (error) => {
              // The request's own error says what happened.
              if (error) return;
              slices.give(slice);
              taken += count;
              if (!ended) onTaken(count);
              // Whoever is told may end the request.
              if (!ended) watchdog.feed(patienceMs(taken));
              done();
            });
          });
        }
        if (!over()) request.end();
      };

      request.on('error', (error) => {
        fail(request.reusedSocket && !answered && isHangUp(error) ? new IdleConnectionLost() : error);
      });
      request.once('response', (response) => {
        // Bytes that have not gone out yet are no longer wanted.
        answered = true;
        watchdog.feed(patienceMs(taken));
        const chunks: Buffer[] = [];
        let size = 0;
        const settle = (drop: boolean): void => {
          if (!end()) return;
          // A connection can be used again when all was said on both sides.
          if (drop || !request.writableEnded) request.destroy();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8', 0, maxReplyBytes),
            whole: handed === range.length,
          });
        };
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > maxReplyBytes) settle(true);
        });
        response.once('end', () => {
          settle(false);
        });
        response.on('error', fail);
      });
      signal.addEventListener('abort', abort, { once: true });
      pump().catch(fail);
    });

  return { run, clear: slices.clear };
}

function isHangUp(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
