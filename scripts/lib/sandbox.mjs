import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';
import { inTree, root } from './places.mjs';
import { Problem } from './problem.mjs';

const stopWithinMs = 15_000;

/**
 * Starts the sandbox with its data in `folder` and waits until it is up. Resolves to what it says about
 * itself, `{ configFile, demoUser: { email, password } }`, and `stop()`. It stops when its standard input
 * closes, so it also goes when we are killed.
 */
export async function startSandbox(folder) {
  const child = spawn(process.execPath, ['--import', 'tsx', inTree('sandbox', 'start.ts'), '--dir', folder], {
    cwd: root,
    // Its own process group: Ctrl-C stops the app first, then this.
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  try {
    const ready = await Promise.race([
      readiness(child.stdout),
      exit.then(([code]) => notStarted(folder, code)),
    ]);
    return { ...ready, stop: () => stop(child, exit) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The line of JSON that says that the sandbox is up; other lines are shown. */
function readiness(stdout) {
  return new Promise((resolve) => {
    readline.createInterface({ input: stdout }).on('line', (line) => {
      const message = line.startsWith('{') ? JSON.parse(line) : undefined;
      if (message?.ready) resolve(message);
      else console.log(line);
    });
  });
}

function notStarted(folder, code) {
  throw new Problem(
    'sandbox_not_started',
    `The sandbox ended with ${code} before it was up; what it said is above. If its data is damaged, ` +
      `delete ${path.relative(root, folder)} and try again.`,
  );
}

async function stop(child, exit) {
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  child.stdin.end();
  await exit;
  clearTimeout(timer);
}
