/** One child process of the sandbox: started, waited for, and ended through its channel to this process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PartOrder, PartReport } from './part.ts';

export interface Child {
  pid: number;
  /** Resolves when the process is gone; kills it if it does not go by itself. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  name: string;
  /** Relative to the top of the project. */
  file: string;
  logFile: string;
  /** Added to the few variables that every program needs. */
  env: Record<string, string>;
  /** Sent first, to a process that waits for it. */
  order?: PartOrder;
  /** Called when the process ends without having been asked to. */
  onExit: (code: string) => void;
}

const root = new URL('../', import.meta.url);
const patienceMs = 5000;

/**
 * Starts a process and waits for its report that it is ready.
 * Rejects with the process's own sentence and error code; the process is gone then.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const log = openSync(options.logFile, 'a', 0o600);
  const child = fork(fileURLToPath(new URL(options.file, root)), [], {
    cwd: fileURLToPath(root),
    execArgv: ['--import', tsx],
    // Not the whole environment: a person's own AWS settings have no business in here.
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TMPDIR: process.env['TMPDIR'],
      ...options.env,
    },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  if (options.order !== undefined) child.send(options.order);
  const first = await Promise.race([
    (once(child, 'message') as Promise<[PartReport]>).then(([report]) => report),
    exited.then(([code, signal]) => `it ended with ${signal ?? `exit code ${code}`}`),
  ]);
  if (typeof first === 'string' || !first.ready) {
    await exited;
    const why = typeof first === 'string' ? first : first.message;
    const error = new Error(
      `The sandbox's ${options.name} did not start: ${why}. Its log is ${options.logFile}.`,
    );
    throw Object.assign(error, { code: typeof first === 'string' ? 'failed' : first.code });
  }
  let asked = false;
  void exited.then(([code, signal]) => {
    if (!asked) options.onExit(signal ?? `exit code ${code}`);
  });
  return {
    pid: child.pid as number,
    async stop() {
      asked = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      if (child.connected) child.disconnect();
      await exited;
      clearTimeout(timer);
    },
  };
}
