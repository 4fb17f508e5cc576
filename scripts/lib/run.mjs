import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { root } from './places.mjs';
import { Problem } from './problem.mjs';

/**
 * Runs a program from the top of the tree and resolves to `{ code, signal, output, error }`, whatever came
 * of it. Standard output and error are collected in `output`, unless `options.stdio` says otherwise. When we
 * are told to end meanwhile, so is the program, and a Problem is thrown, so that what is under way is tidied up.
 */
export async function attempt(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const interrupts = [];
  const stop = onSignal((signal) => {
    interrupts.push(signal);
    child.kill(signal);
  });
  try {
    const [code, signal] = await once(child, 'close');
    if (interrupts.length > 0) {
      throw new Problem('interrupted', `Interrupted by ${interrupts[0]}. Run it again to go on.`);
    }
    return { code, signal, output, error: undefined };
  } catch (error) {
    if (error instanceof Problem) throw error;
    return { code: null, signal: null, output, error };
  } finally {
    stop();
  }
}

/** Like `attempt`, but resolves to the output alone and throws a Problem unless the program ended with 0. */
export async function run(command, args, options = {}) {
  const { code, signal, output, error } = await attempt(command, args, options);
  if (code === 0) return output;
  const how = error ? `could not be started: ${error.message}` : `ended with ${signal ?? code}`;
  const name = [path.basename(command), ...args].join(' ');
  throw new Problem('command_failed', `\`${name}\` ${how}. It said:\n${shortened(output)}`);
}

/** The beginning, which has the cause, and the end, which has the outcome. */
function shortened(output) {
  const lines = output.trim().split('\n');
  return (lines.length <= 60 ? lines : [...lines.slice(0, 20), '…', ...lines.slice(-40)]).join('\n');
}

/** Runs npm: the one that runs us when there is one, else that of PATH. */
export function npm(args, options = {}) {
  const script = process.env.npm_execpath;
  if (script && /\.[cm]?js$/.test(script)) return run(process.execPath, [script, ...args], options);
  return run('npm', args, { shell: process.platform === 'win32', ...options });
}

/**
 * Runs a program with our terminal and resolves to its exit code. Signals reach it through us alone, once:
 * it has its own process group, so that Ctrl-C does not take its helpers away before it could end them. We
 * outlive it, so that what was started for it can be ended afterwards.
 */
export async function foreground(command, args, options = {}) {
  const detached = process.platform !== 'win32';
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', detached, ...options });
  const stop = onSignal((signal) => child.kill(signal));
  try {
    const [code, signal] = await once(child, 'close');
    return code ?? 128 + os.constants.signals[signal];
  } finally {
    stop();
  }
}

/** Calls back when we are told to end, until the function that it returns is called. */
function onSignal(callback) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, callback);
  return () => {
    for (const signal of signals) process.off(signal, callback);
  };
}
