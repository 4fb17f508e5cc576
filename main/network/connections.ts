/**
 * The connections to backend and store: kept open, never more than so many to one server, and made the way the system
 * wants them made: its proxies, its certificate authorities.
 */
import { Agent, type AgentConnectOpts } from 'agent-base';
import type http from 'node:http';
import net from 'node:net';
import type tls from 'node:tls';
import type { Clock } from '../lib/clock.ts';
import { errorCode } from '../lib/log.ts';
import { withDeadline } from '../lib/signals.ts';
import { isUnknownIssuer } from './certificates.ts';
import { ProxyAuthNeeded, ProxyFailed } from './proxy-errors.ts';
import { createRouteBook } from './route-book.ts';
import { addressOf, type Route } from './routes.ts';
import { createTrust } from './trust.ts';
import {
  openDirect,
  openTls,
  openTunnel,
  type ProxyCredentials,
  type ProxyRoute,
  type Target,
} from './tunnel.ts';

export interface Connections {
  /** The agent for a request to this address. Its requests fail with what {@link NetworkHost} and the system throw. */
  agentFor(url: URL): http.Agent;
  /** Drops every connection, idle or in use, and what is known of the network; the next request begins anew. */
  drop(): void;
}

/** What only the main process can find out: the system's settings, and what the person knows. */
export interface NetworkHost {
  /** The ways to this address in the order in which they are to be tried. */
  routes(url: string): Promise<Route[]>;
  /**
   * Certificates in PEM that vouch for the server at this address by the operating system's judgement; none where it
   * refuses the server too.
   */
  trust(url: string): Promise<string[]>;
  /**
   * User and password for a proxy; null while nobody has given any.
   *
   * @param rejected what the proxy just refused, so that the same is not handed out again.
   */
  credentials(ask: {
    proxy: string;
    realm: string;
    rejected?: ProxyCredentials;
  }): Promise<ProxyCredentials | null>;
}

export interface ConnectionsDeps {
  /** To one server at a time; what exceeds them waits in line. */
  maxSockets: number;
  host: NetworkHost;
  clock: Clock;
}

const connectTimeoutMs = 10_000;
const maxSessions = 100;

/** Connections that ask nobody: for a machine without proxies, and for tests. */
export const plainHost: NetworkHost = {
  routes: () => Promise.resolve([{ kind: 'direct' }]),
  trust: () => Promise.resolve([]),
  credentials: () => Promise.resolve(null),
};

export function createConnections({ maxSockets, host, clock }: ConnectionsDeps): Connections {
  const routes = createRouteBook(host.routes, clock.now);
  const trust = createTrust(host.trust, clock.now);
  const passwords = new Map<string, ProxyCredentials>();
  /** TLS sessions by server, so that the next connection is cheaper. */
  const sessions = new Map<string, Buffer>();
  let ended = new AbortController();
  const inTime = { ms: connectTimeoutMs, clock, reason: () => new ConnectTimeout('connect') };

  const remember = (key: string, session: Buffer): void => {
    sessions.delete(key);
    sessions.set(key, session);
    const [oldest] = sessions.keys();
    if (sessions.size > maxSessions && oldest !== undefined) sessions.delete(oldest);
  };

  const secure = async (
    socket: net.Socket,
    target: Target,
    secureContext: tls.SecureContext | undefined,
    signal: AbortSignal,
  ): Promise<tls.TLSSocket> => {
    const key = addressOf(target);
    const secured = await openTls(
      socket,
      { host: target.host, session: sessions.get(key), secureContext },
      signal,
    );
    secured.on('session', (next) => {
      remember(key, next);
    });
    return secured;
  };

  /** Whether the refusal of a server's certificate is worth another try, by the system's judgement. */
  const vouched = async (
    error: unknown,
    url: string,
    server: string,
    context: tls.SecureContext | undefined,
  ): Promise<boolean> => isUnknownIssuer(errorCode(error)) && (await trust.ask(url, server, context));

  const throughProxy = async (
    proxy: ProxyRoute,
    target: Target,
    signal: AbortSignal,
  ): Promise<net.Socket> => {
    const key = addressOf(proxy);
    for (let firstTry = true; ; firstTry = false) {
      const credentials = passwords.get(key);
      const context = trust.contextFor(key);
      try {
        return await openTunnel(proxy, target, {
          signal,
          credentials,
          secure: (socket) => secure(socket, proxy, context, signal),
        });
      } catch (error) {
        if (firstTry && (await vouched(error, `https://${key}`, key, context))) continue;
        if (!(error instanceof ProxyAuthNeeded)) throw error;
        passwords.delete(key);
        const { realm } = error;
        const next = await host.credentials({
          proxy: key,
          realm,
          ...(credentials === undefined ? {} : { rejected: credentials }),
        });
        if (next === null || (next.user === credentials?.user && next.password === credentials.password))
          throw error;
        passwords.set(key, next);
      }
    }
  };

  /** Tries one way after the other; the one that works goes first from then on. */
  const reach = async (origin: string, target: Target, generation: AbortSignal): Promise<net.Socket> => {
    const ways = await routes.to(origin);
    let failure: unknown = new ProxyFailed('refused', 'no way that we know');
    for (const way of ways) {
      try {
        const socket = await withDeadline([generation], inTime, (signal) =>
          way.kind === 'direct' ? openDirect(target, signal) : throughProxy(way, target, signal),
        );
        routes.worked(origin, way);
        return socket;
      } catch (error) {
        generation.throwIfAborted();
        const tooLate = error instanceof ConnectTimeout && way.kind !== 'direct';
        failure = tooLate ? new ProxyFailed('unreachable', error.code) : error;
        // Any other answer is that of a proxy which works: asking another would go round it.
        const next =
          failure instanceof ProxyFailed ? failure.reason === 'unreachable' : way.kind === 'direct';
        if (!next) break;
      }
    }
    throw failure;
  };

  const connect = async (options: AgentConnectOpts): Promise<net.Socket> => {
    const { signal } = ended;
    const target = { host: options.host ?? 'localhost', port: options.port };
    const origin = `${options.secureEndpoint ? 'https' : 'http'}://${addressOf(target)}`;
    for (let firstTry = true; ; firstTry = false) {
      const socket = await reach(origin, target, signal);
      if (!options.secureEndpoint) return socket;
      const server = addressOf(target);
      const context = trust.contextFor(server);
      try {
        return await withDeadline([signal], inTime, (within) => secure(socket, target, context, within));
      } catch (error) {
        signal.throwIfAborted();
        if (!firstTry || !(await vouched(error, origin, server, context))) throw error;
      }
    }
  };

  const agents = {
    http: new RoutedAgent(false, maxSockets, connect),
    https: new RoutedAgent(true, maxSockets, connect),
  };
  return {
    agentFor: ({ protocol }) => (protocol === 'https:' ? agents.https : agents.http),
    drop: () => {
      ended.abort();
      ended = new AbortController();
      routes.forget();
      trust.forget();
      // A session that goes on is not verified again.
      sessions.clear();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** A deadline of ours reads like one of the system's. */
class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout';
  readonly code = 'ETIMEDOUT';
  readonly syscall = 'connect';
}

/** Node's pool of connections, each made by `open`. */
class RoutedAgent extends Agent {
  readonly #secure: boolean;
  readonly #open: (options: AgentConnectOpts) => Promise<net.Socket>;

  constructor(secure: boolean, maxSockets: number, open: (options: AgentConnectOpts) => Promise<net.Socket>) {
    // The connection that was used last is the least likely to have been closed by the other side.
    super({ keepAlive: true, maxSockets, scheduling: 'lifo' });
    this.#secure = secure;
    this.#open = open;
    this.protocol = secure ? 'https:' : 'http:';
    this.defaultPort = secure ? 443 : 80;
  }

  /** The library would guess from the call stack. */
  override isSecureEndpoint(): boolean {
    return this.#secure;
  }

  /**
   * [Note: A failed connection is a socket] Node's pool serves those who wait in line when a socket closes; of a
   * connection that never came to be it hears nothing, and they would wait for good. So a failure is handed to it as a
   * socket that ends with the error.
   */
  override async connect(_request: http.ClientRequest, options: AgentConnectOpts): Promise<net.Socket> {
    try {
      return await this.#open(options);
    } catch (error) {
      const dead = new DeadSocket();
      dead.on('error', () => undefined);
      // After the request has been given the socket, and listens to it.
      setImmediate(() => dead.destroy(error as Error));
      return dead;
    }
  }
}

/** Takes what is written to it, and does nothing with it. */
class DeadSocket extends net.Socket {
  override _write(): void {}
  override _writev(): void {}
}
