/** The engine's entry: a utility process that main starts, talks to over its port, and starts again if it dies. */
import { systemClock } from '../lib/clock.ts';
import type { EngineControl, EngineEvents, HostCalls } from '../lib/engine-protocol.ts';
import { createLog } from '../lib/log.ts';
import { createRpc } from '../lib/rpc.ts';
import { parseRoutes } from '../network/routes.ts';
import { createEngine } from './create-engine.ts';

const port = process.parentPort;
const engine = createEngine({
  clock: systemClock,
  random: Math.random,
  network: {
    routes: async (url) => parseRoutes(await rpc.call('network.routes', url)),
    trust: (url) => rpc.call('network.trust', url),
    credentials: (ask) => rpc.call('network.credentials', ask),
  },
  workerUrls: {
    media: new URL('./media-worker.js', import.meta.url),
    scan: new URL('./scan-worker.js', import.meta.url),
  },
  createLog,
  token: (options) => rpc.call('auth.token', options),
  onChange: (summary) => {
    rpc.emit('queue.changed', summary);
  },
  onRun: (run) => {
    rpc.emit('run.ended', run);
  },
  onProblem: (problem) => {
    rpc.emit('engine.problem', problem);
  },
});
const rpc = createRpc<EngineControl, HostCalls, EngineEvents>(
  {
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      port.on('message', ({ data }) => {
        listener(data);
      });
    },
  },
  engine.handlers,
);
