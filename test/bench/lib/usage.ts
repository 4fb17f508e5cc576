/** What processes cost: CPU time and memory, as Linux accounts for them. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const sampleMs = 50;
const bytesPerMb = 1_000_000;

/** CPU seconds, user and system, that these processes and their ended children have used so far. */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) ticks += cpuTicks(readProc(pid, 'stat'));
  return ticks / ticksPerSecond;
}

/** CPU seconds of the ended children alone: from a line of /proc/PID/stat. */
export function childrensCpuSeconds(stat: string): number {
  const [, , cutime = 0, cstime = 0] = timesOf(stat);
  return (cutime + cstime) / ticksPerSecond;
}

/** Resident memory of these processes, shared pages counted once for each, in MB (10⁶ bytes). */
export function residentMb(pids: readonly number[]): number {
  return (
    pids.reduce((sum, pid) => sum + kilobytes(readProc(pid, 'status'), 'VmRSS'), 0) / (bytesPerMb / 1024)
  );
}

/** Memory of these processes with shared pages split between those who share them, in MB (10⁶ bytes). */
export function proportionalMb(pids: readonly number[]): number {
  return (
    pids.reduce((sum, pid) => sum + kilobytes(readProc(pid, 'smaps_rollup'), 'Pss'), 0) / (bytesPerMb / 1024)
  );
}

/** Watches the resident memory of what `pids` names; the returned function ends that and tells the peak in MB. */
export function watchPeak(pids: () => readonly number[]): () => number {
  let peak = residentMb(pids());
  const look = (): void => {
    peak = Math.max(peak, residentMb(pids()));
  };
  const timer = setInterval(look, sampleMs);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}

/** Waits until these processes have used next to no CPU for a second: what they do now is not measured as ours. */
export async function untilQuiet(pids: () => readonly number[], withinMs = 300_000): Promise<void> {
  const quietShare = 0.05;
  const deadline = performance.now() + withinMs;
  for (let before = cpuSeconds(pids()); ;) {
    await pause(1_000);
    const after = cpuSeconds(pids());
    if (after - before < quietShare) return;
    if (performance.now() > deadline) throw new Error(`Not quiet after ${withinMs / 1000} s.`);
    before = after;
  }
}

function cpuTicks(stat: string): number {
  return timesOf(stat).reduce((sum, ticks) => sum + ticks, 0);
}

/** User and system time, own and of ended children: fields 14 to 17 of proc(5). */
function timesOf(stat: string): number[] {
  // The name before it may hold anything, spaces and brackets too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' ? [] : fields.slice(11, 15).map(Number);
}

function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}

function readProc(pid: number, name: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    // It has ended: what it used is accounted to its parent.
    return '';
  }
}
