/** Starts the engine, talks to it, and starts it again when it dies. */
import { utilityProcess, type UtilityProcess } from 'electron';
import type { EngineStatus, RunReport, Summary } from '../preload/contract/model.ts';
import type { EngineControl, EngineEvents, HostCalls } from './lib/engine-protocol.ts';
import type { Log } from './lib/log.ts';
import { createRpc, ProblemError, problemOf, type Handlers, type Rpc } from './lib/rpc.ts';

export interface EngineHost {
  start(): void;
  call: Rpc<EngineControl, never>['call'];
  status(): EngineStatus;
  /** Ends it in good order; resolves when the process is gone. */
  stop(): Promise<void>;
}

export interface EngineHostDeps {
  entry: string;
  userDataDir: string;
  handlers: Handlers<HostCalls>;
  onQueueChanged: (summary: Summary) => void;
  /** Once for each run, after the summary that has it as its last. */
  onRunEnded: (run: RunReport) => void;
  /** Also called after each restart: the place to hand over the session again. */
  onStarted: () => void;
  onStatus: (status: EngineStatus) => void;
  log: Log;
}

/** Dying more often than that within a minute is no accident: it stays down until the app is started again. */
const maxDeathsPerMinute = 5;
const stopDeadlineMs = 5_000;

export function createEngineHost(deps: EngineHostDeps): EngineHost {
  let child: UtilityProcess | null = null;
  let rpc: Rpc<EngineControl, never> | null = null;
  let status: EngineStatus = { kind: 'starting' };
  let deaths: number[] = [];
  let stopping = false;

  const setStatus = (next: EngineStatus): void => {
    status = next;
    deps.onStatus(next);
  };

  const onProblem = (problem: EngineEvents['engine.problem']): void => {
    if (problem !== null) return setStatus({ kind: 'failed', problem });
    setStatus({ kind: 'running' });
    deps.onStarted();
  };

  const start = (): void => {
    const engine = utilityProcess.fork(deps.entry, [], {
      serviceName: 'Tintype engine',
      stdio: 'inherit',
      // The Node inside Electron is Electron's to choose; the SDK's advice to upgrade it helps nobody.
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    child = engine;
    const connection = createRpc<HostCalls, EngineControl, never, EngineEvents>(
      {
        post: (message) => {
          engine.postMessage(message);
        },
        onMessage: (listener) => {
          engine.on('message', listener);
        },
      },
      deps.handlers,
      (name, payload) => {
        if (name === 'queue.changed') deps.onQueueChanged(payload as EngineEvents['queue.changed']);
        else if (name === 'run.ended') deps.onRunEnded(payload as EngineEvents['run.ended']);
        else onProblem(payload as EngineEvents['engine.problem']);
      },
    );
    rpc = connection;
    // The exit that follows is what matters; without a listener this would throw in main.
    engine.on('error', (type, location) => {
      deps.log('engine.fatal', { type, location });
    });
    engine.once('exit', (code) => {
      connection.close({ code: 'engine_restarted' });
      child = null;
      if (!stopping) restart(code);
    });
    connection.call('engine.start', { userDataDir: deps.userDataDir }).then(
      () => {
        setStatus(deaths.length === 0 ? { kind: 'running' } : { kind: 'restarted' });
        deps.onStarted();
      },
      (error: unknown) => {
        // A process that died is dealt with above; one that lives has said why it cannot work.
        if (child === engine) setStatus({ kind: 'failed', problem: problemOf(error) });
      },
    );
  };

  const restart = (code: number): void => {
    const now = Date.now();
    deaths = [...deaths.filter((at) => now - at < 60_000), now];
    deps.log('engine.died', { code, deaths: deaths.length });
    if (deaths.length > maxDeathsPerMinute) setStatus({ kind: 'failed', problem: { code: 'engine_failed' } });
    else start();
  };

  return {
    start,
    status: () => status,
    call: (name, ...args) => {
      if (rpc === null || child === null) return Promise.reject(new ProblemError({ code: 'engine_failed' }));
      return rpc.call(name, ...args);
    },
    stop: async () => {
      stopping = true;
      const engine = child;
      if (engine === null) return;
      const exited = new Promise<void>((resolve) => {
        engine.once('exit', () => {
          resolve();
        });
      });
      const deadline = setTimeout(() => engine.kill(), stopDeadlineMs);
      // Whether it stopped in order or not, the queue recovers from SQLite.
      await rpc?.call('engine.stop').catch(() => deps.log('engine.stop_failed'));
      engine.kill();
      await exited;
      clearTimeout(deadline);
    },
  };
}
