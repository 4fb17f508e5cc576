/** A command-line program as the measure of things. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { treeOf } from '../../e2e/processes.ts';
import { childrensCpuSeconds, watchPeak } from './usage.ts';

export interface Cost {
  /** From spawn to exit. */
  seconds: number;
  cpuSeconds: number;
  /** The highest sum of resident memory that was seen. */
  peakMb: number;
}

/**
 * Runs a program to its end and tells what it and its children cost.
 *
 * @throws when it is not installed or ends with another code than 0, with what it wrote to stderr.
 */
export async function measureCommand(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Cost> {
  // The shell that waits for the program is charged for it and tells so at its end: nothing is lost between samples.
  const script = '"$@"; code=$?; cat "/proc/$$/stat" >&3; exit $code';
  const from = performance.now();
  const child = spawn('sh', ['-c', script, 'sh', program, ...args], {
    // Proxies, certificates and keys of whoever runs this are none of the measurement's.
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const endOfWatch = watchPeak(() => treeOf(child.pid ?? 0).slice(1));
  const [stderr, stat] = [text(child.stderr as Readable), text(child.stdio[3] as Readable)];
  const [code] = (await once(child, 'exit')) as [number | null];
  const seconds = (performance.now() - from) / 1000;
  const peakMb = endOfWatch();
  if (code === 127) throw new Error(`${program} is not installed: apt-get install ${program}`);
  if (code !== 0) throw new Error(`${program} ended with ${code}.\n${await stderr}`);
  return { seconds, cpuSeconds: childrensCpuSeconds(await stat), peakMb };
}
