/** Long-running programs that live and die together, and with the process that started them. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Daemons {
  start(program: string, ...args: string[]): void;
  /** Resolves with a sentence when one ends without having been asked to; the others are ended then. */
  failed: Promise<string>;
  pids(): number[];
  /** Kills all of them, and resolves when they are gone. */
  stop(): Promise<void>;
}

/** How much of a failed program's log is told. */
const tellBytes = 2000;

/**
 * @param dir each program's log is kept here.
 *
 * [Note: Daemons end with their starter] They stay children of this process, are ended by the ids that it knows, and the
 * kernel kills them when it dies in whatever way (`setpriv --pdeathsig`, prctl(2)). So what they keep must be worth no
 * orderly end.
 */
export function createDaemons(dir: string, env: NodeJS.ProcessEnv): Daemons {
  const running = new Set<ChildProcess>();
  let stopping = false;
  let tellFailure: (sentence: string) => void;
  const failed = new Promise<string>((resolve) => {
    tellFailure = resolve;
  });

  async function stop(): Promise<void> {
    stopping = true;
    await Promise.all(
      [...running].map(async (child) => {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }),
    );
  }

  return {
    failed,
    stop,
    pids: () => [...running].map(({ pid }) => pid ?? 0),
    start: (program, ...args) => {
      const logFile = join(dir, `${program}.log`);
      const log = openSync(logFile, 'a', 0o600);
      const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...args], {
        env,
        stdio: ['ignore', log, log],
      });
      closeSync(log);
      running.add(child);
      const ended = (how: string): void => {
        running.delete(child);
        if (stopping) return;
        const said = readFileSync(logFile, 'utf8').slice(-tellBytes).trim();
        tellFailure(`${program} ended by itself with ${how}. It said:\n${said}`);
        void stop();
      };
      child.once('exit', (code, signal) => ended(String(signal ?? code)));
      child.once('error', (error) => ended(error.message));
    },
  };
}
