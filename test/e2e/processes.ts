/** Which processes an app is made of, and their end. Linux: read from /proc. */
import fs from 'node:fs';
import { until } from './until.ts';

/** `root` and everything below it, parents first; empty when it is gone. */
export function treeOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of allPids()) {
    const parent = parentOf(pid);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree: number[] = isAlive(root) ? [root] : [];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** Processes that have `text` in their command line or environment: also those that have lost their parent. */
export function pidsMentioning(text: string): number[] {
  return allPids().filter((pid) => commandOf(pid).includes(text) || environmentOf(pid).includes(text));
}

/** The arguments, separated by spaces; empty when the process is gone. */
export function commandOf(pid: number): string {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ');
}

/** The environment that the process was started with; empty when it is gone or somebody else's. */
export function environmentOf(pid: number): string {
  return readProc(pid, 'environ');
}

/** A process that has ended but was not waited for (a zombie) is not alive. */
export function isAlive(pid: number): boolean {
  const stat = readProc(pid, 'stat');
  return stat !== '' && !/^\) [ZX]/.test(stat.slice(stat.lastIndexOf(')')));
}

/** Kills these processes, by their ids alone, and waits until they are gone. */
export async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // Gone already: what we wanted.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  await until('the killed processes are gone', () => !pids.some(isAlive));
}

function allPids(): number[] {
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid);
}

function parentOf(pid: number): number | null {
  const stat = readProc(pid, 'stat');
  // The name before it may hold anything, spaces and brackets too.
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  return Number.isInteger(parent) && parent > 0 ? parent : null;
}

function readProc(pid: number, name: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    // Processes come and go while we look, and those of others are none of our business.
    return '';
  }
}
