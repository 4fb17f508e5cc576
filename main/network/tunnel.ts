/**
 * A way through a proxy: the TCP connection to a server, made by somebody else.
 *
 * [Note: Nothing of a proxy's reply is a server's] Until the tunnel stands, whoever sits on the network can write what
 * the proxy says. The common agents pass such a reply on as if the server had sent it (FalseCONNECT, CERT VU#905344):
 * a 412 or a made-up confirmation would then count. Here a reply that is not 2xx is an error of the proxy, and its
 * body is never read. Plain http goes through CONNECT too: it is allowed on the loopback interface only.
 */
import net from 'node:net';
import tls from 'node:tls';
import { SocksClient } from 'socks';
import { errorCode } from '../lib/log.ts';
import { ProxyAuthNeeded, ProxyFailed } from './proxy-errors.ts';
import { addressOf, type Route } from './routes.ts';

export type ProxyRoute = Exclude<Route, { kind: 'direct' }>;

export interface ProxyCredentials {
  user: string;
  password: string;
}

export interface Target {
  host: string;
  port: number;
}

export interface TunnelOptions {
  /** Ends the attempt. */
  signal: AbortSignal;
  credentials?: ProxyCredentials | undefined;
  /** Puts TLS over the connection to an `https` proxy. */
  secure: (socket: net.Socket) => Promise<net.Socket>;
}

/** A proxy's answer to CONNECT is a few lines. */
const maxReplyBytes = 16 * 1024;

/**
 * Opens a TCP connection to `target`.
 *
 * @throws the system's error, or the signal's reason.
 */
export function openDirect({ host, port }: Target, signal: AbortSignal): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = net.connect({ host, port, noDelay: true });
    const abort = (): void => {
      socket.destroy(signal.reason as Error);
    };
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', abort);
      reject(error);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

/**
 * Opens a connection to `target` through a proxy.
 *
 * @throws ProxyFailed, ProxyAuthNeeded, the error of `secure`, or the signal's reason.
 */
export async function openTunnel(
  proxy: ProxyRoute,
  target: Target,
  { signal, credentials, secure }: TunnelOptions,
): Promise<net.Socket> {
  const plain = await openDirect(proxy, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new ProxyFailed('unreachable', errorCode(error));
  });
  const abort = (): void => {
    plain.destroy(signal.reason as Error);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (proxy.kind === 'socks') return await throughSocks(plain, proxy, target);
    const socket = proxy.kind === 'https' ? await secure(plain) : plain;
    await connectThrough(socket, proxy, target, credentials);
    return socket;
  } catch (error) {
    plain.destroy();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** RFC 9110, section 9.3.6. */
async function connectThrough(
  socket: net.Socket,
  proxy: ProxyRoute,
  target: Target,
  credentials: ProxyCredentials | undefined,
): Promise<void> {
  const authority = addressOf(target);
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (credentials !== undefined) {
    const pair = Buffer.from(`${credentials.user}:${credentials.password}`, 'utf8').toString('base64');
    lines.push(`Proxy-Authorization: Basic ${pair}`);
  }
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const { status, challenges } = await readHead(socket);
  if (status >= 200 && status < 300) return;
  // Tinyproxy says 401 to a wrong password; without one, that number is no proxy's.
  if (status === 407 || (status === 401 && credentials !== undefined)) {
    const basic = challenges.find((text) => /^basic\b/i.test(text));
    const schemes = challenges.map((text) => text.split(' ', 1)[0] ?? '').join(', ');
    if (basic === undefined && status === 407) throw new ProxyFailed('refused', `HTTP 407 ${schemes}`.trim());
    throw new ProxyAuthNeeded(addressOf(proxy), /realm="([^"]*)"/i.exec(basic ?? '')?.[1] ?? '');
  }
  throw new ProxyFailed(status >= 500 ? 'no_way' : 'refused', `HTTP ${status}`);
}

interface Head {
  status: number;
  /** Values of Proxy-Authenticate and WWW-Authenticate. */
  challenges: string[];
}

function readHead(socket: net.Socket): Promise<Head> {
  return new Promise((resolve, reject) => {
    let read = Buffer.alloc(0);
    const settle = (): void => {
      socket.off('readable', onReadable).off('error', onEnd).off('close', onEnd);
    };
    const onEnd = (error?: unknown): void => {
      settle();
      reject(new ProxyFailed('refused', error instanceof Error ? errorCode(error) : 'closed'));
    };
    // Not by 'data': a stream that was paused after it stays so, and its next reader waits in vain.
    const onReadable = (): void => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null)
        read = Buffer.concat([read, chunk]);
      const end = read.indexOf('\r\n\r\n');
      if (end < 0 && read.length <= maxReplyBytes) return;
      settle();
      const [first = '', ...headers] = read.toString('latin1', 0, Math.max(end, 0)).split('\r\n');
      const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(first)?.[1];
      if (status === undefined) return reject(new ProxyFailed('refused', 'no HTTP'));
      const rest = read.subarray(end + 4);
      if (rest.length > 0) socket.unshift(rest);
      resolve({
        status: Number(status),
        challenges: headers.flatMap((line) => /^(?:proxy|www)-authenticate:\s*(.*)$/i.exec(line)?.[1] ?? []),
      });
    };
    socket.on('readable', onReadable).on('error', onEnd).on('close', onEnd);
  });
}

async function throughSocks(
  socket: net.Socket,
  { version, host, port }: Extract<Route, { kind: 'socks' }>,
  destination: Target,
): Promise<net.Socket> {
  try {
    await SocksClient.createConnection({
      proxy: { host, port, type: version },
      destination,
      command: 'connect',
      existing_socket: socket,
    });
    return socket;
  } catch {
    // The library tells its errors apart by their text alone, and they hold its options.
    throw new ProxyFailed('no_way', `SOCKS${version}`);
  }
}

export interface TlsOptions {
  /** The certificate must be this host's. */
  host: string;
  /** To be taken up again. */
  session: Buffer | undefined;
  /** Which authorities count; Node's own by default. */
  secureContext: tls.SecureContext | undefined;
}

/**
 * Runs TLS over a connection, which is closed when that fails.
 *
 * @throws the error of the handshake, or the signal's reason.
 */
export function openTls(
  socket: net.Socket,
  { host, session, secureContext }: TlsOptions,
  signal: AbortSignal,
): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const secured = tls.connect({
      socket,
      host,
      ALPNProtocols: ['http/1.1'],
      // RFC 6066, section 3: an address is no name.
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
      ...(session === undefined ? {} : { session }),
      ...(secureContext === undefined ? {} : { secureContext }),
    });
    const abort = (): void => {
      secured.destroy(signal.reason as Error);
    };
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      reject(error);
    };
    signal.addEventListener('abort', abort, { once: true });
    secured.once('error', fail);
    secured.once('secureConnect', () => {
      signal.removeEventListener('abort', abort);
      secured.off('error', fail);
      resolve(secured);
    });
  });
}
