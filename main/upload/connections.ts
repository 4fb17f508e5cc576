/** The connections to the store: kept open, and never more than so many. */
import http from 'node:http';
import https from 'node:https';

export interface Connections {
  /** The agent for a request to this address. */
  agentFor(url: URL): http.Agent;
  /** Drops every connection, idle or in use; the next request opens a new one. */
  drop(): void;
}

/** @param maxSockets connections at a time; what exceeds them waits in line. */
export function createConnections(maxSockets: number): Connections {
  // The connection that was used last is the least likely to have been closed by the other side.
  const options = { keepAlive: true, maxSockets, scheduling: 'lifo' } as const;
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  return {
    agentFor: ({ protocol }) => (protocol === 'https:' ? agents.https : agents.http),
    drop: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}
