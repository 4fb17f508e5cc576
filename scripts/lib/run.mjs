import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from './places.mjs';

/** A command that could not be started or did not end with 0; `output` is all that it wrote. */
export class CommandFailed extends Error {
  constructor(command, how, output) {
    const tail = output.trim().split('\n').slice(-40).join('\n');
    super(`\`${command}\` ${how}.${tail ? `\n${tail}` : ''}`);
    this.name = 'CommandFailed';
    this.code = 'command_failed';
    this.output = output;
  }
}

/**
 * Runs a program from the top of the tree and resolves to `{ code, signal, output, error }`, whatever came
 * of it. Standard output and error are collected in `output`, unless `options.stdio` says otherwise.
 */
export function attempt(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.on('error', (error) => resolve({ code: null, signal: null, output, error }));
    child.on('close', (code, signal) => resolve({ code, signal, output, error: undefined }));
  });
}

/** Like `attempt`, but resolves to the output alone and throws CommandFailed unless the program ended with 0. */
export async function run(command, args, options = {}) {
  const { code, signal, output, error } = await attempt(command, args, options);
  if (code === 0) return output;
  const how = error ? `could not be started: ${error.message}` : `ended with ${signal ?? code}`;
  throw new CommandFailed([path.basename(command), ...args].join(' '), how, output);
}

/** Runs npm: the one that runs us when there is one, else that of PATH. */
export function npm(args, options = {}) {
  const script = process.env.npm_execpath;
  if (script && /\.[cm]?js$/.test(script)) return run(process.execPath, [script, ...args], options);
  return run('npm', args, { shell: process.platform === 'win32', ...options });
}

/**
 * Runs a program in the foreground, with our terminal, and resolves to its exit code. SIGINT and SIGTERM
 * reach it, and we outlive it, so that whatever was started for it can be ended afterwards.
 */
export function foreground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', pass).on('SIGTERM', pass);
    const settle = (act) => (value, signal) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      act(value, signal);
    };
    child.on('error', settle(reject));
    child.on(
      'close',
      settle((code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143))),
    );
  });
}
