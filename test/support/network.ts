import { createConnections, plainHost, type Connections } from '../../main/network/connections.ts';
import { systemClock } from '../../main/lib/clock.ts';
import { createHttpFetch, type HttpFetch } from '../../main/network/http-fetch.ts';

/** The engine's way to the backend, on a machine without proxies. */
export const directFetch: HttpFetch = createHttpFetch(
  createConnections({ maxSockets: 8, host: plainHost, clock: systemClock }).agentFor,
);

/** Connections that ask no system for proxies and certificates. */
export function plainConnections(maxSockets: number, clock = systemClock): Connections {
  return createConnections({ maxSockets, host: plainHost, clock });
}
