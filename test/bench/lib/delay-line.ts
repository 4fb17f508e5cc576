/** A TCP relay that makes its two ends far apart. */
import net from 'node:net';

export interface Relay {
  /** Listens here, on 127.0.0.1. */
  port: number;
  /** What it leads to, on 127.0.0.1. */
  target: number;
}

export interface DelayLine {
  /** Round-trip time in milliseconds, for what comes from now on. */
  setRoundTrip(ms: number): void;
  /** Connections that were opened so far, by the port that they came to. */
  connections(): Record<number, number>;
  close(): Promise<void>;
}

/** As much as Linux lets one connection have under way (the default of net.ipv4.tcp_rmem, 6 MiB). */
const windowBytes = 6 * 1024 ** 2;

/**
 * Opens the relays. Every chunk of bytes arrives half a round trip after it came, in order; a new connection's first bytes
 * wait one round trip more, as its handshake would. There is no slow start and no loss, and nothing limits the bandwidth
 * but a window of bytes under way: the kind side of a long line.
 */
export async function openDelayLine(relays: readonly Relay[], roundTripMs: number): Promise<DelayLine> {
  let roundTrip = roundTripMs;
  const opened: Record<number, number> = {};
  const sockets = new Set<net.Socket>();
  const servers = await Promise.all(
    relays.map(async ({ port, target }) => {
      opened[port] = 0;
      const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
        opened[port] = (opened[port] ?? 0) + 1;
        const far = net.connect({ port: target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
        for (const [one, other] of [
          [near, far],
          [far, near],
        ] as const) {
          sockets.add(one);
          one.on('error', () => other.destroy());
          one.on('close', () => {
            sockets.delete(one);
            // What was sent before an orderly end is still on its way; after a broken one nobody wants it.
            if (one.destroyed && !one.readableEnded) other.destroy();
          });
        }
        const handshakeEndsAt = performance.now() + roundTrip;
        carry(near, far, () => Math.max(performance.now(), handshakeEndsAt) + roundTrip / 2);
        carry(far, near, () => performance.now() + roundTrip / 2);
      });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  return {
    setRoundTrip: (ms) => {
      roundTrip = ms;
    },
    connections: () => ({ ...opened }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        servers.map(
          (server) =>
            new Promise<void>((resolve) => {
              server.close(() => resolve());
            }),
        ),
      );
    },
  };
}

/** Hands on what `from` gives, each chunk not before `dueAt()` said when it came; null is the end. */
function carry(from: net.Socket, to: net.Socket, dueAt: () => number): void {
  const underWay: { at: number; chunk: Buffer | null }[] = [];
  let bytes = 0;
  let blocked = false;
  let timer: NodeJS.Timeout | undefined;

  const deliver = (): void => {
    timer = undefined;
    for (;;) {
      const [first] = underWay;
      if (first === undefined || blocked) return;
      const wait = first.at - performance.now();
      if (wait > 0) {
        timer = setTimeout(deliver, Math.ceil(wait));
        return;
      }
      underWay.shift();
      if (first.chunk === null) {
        to.end();
        return;
      }
      bytes -= first.chunk.length;
      if (bytes < windowBytes && from.isPaused()) from.resume();
      if (!to.write(first.chunk)) {
        blocked = true;
        to.once('drain', () => {
          blocked = false;
          deliver();
        });
      }
    }
  };
  const add = (chunk: Buffer | null): void => {
    underWay.push({ at: Math.max(dueAt(), underWay.at(-1)?.at ?? 0), chunk });
    bytes += chunk?.length ?? 0;
    if (bytes >= windowBytes) from.pause();
    if (timer === undefined) deliver();
  };
  from.on('data', add);
  from.on('end', () => add(null));
  to.once('close', () => {
    clearTimeout(timer);
    underWay.length = 0;
  });
}
