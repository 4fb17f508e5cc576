/** Which ports the sandbox listens on: the same ones from run to run, chosen once per folder. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

export type PartName = 'cognito' | 'backend' | 'store';
export type Ports = Record<PartName, number>;

const usual: Ports = { cognito: 9471, backend: 9472, store: 9473 };
/**
 * Below the ranges that systems hand out to outgoing connections: a client that retries a stopped server
 * could otherwise be given that very port as its own end.
 */
const lowest = 20_000;
const highest = 32_000;

/**
 * The ports kept in `file`, or the usual ones, or any that are free; `wanted` goes before all, and
 * `any` passes the usual ones over.
 * `fresh` says that none were kept yet, so another choice would hurt nobody.
 */
export async function choosePorts(
  file: string,
  wanted: Partial<Ports> | 'any',
): Promise<{ ports: Ports; fresh: boolean }> {
  const fixed = wanted === 'any' ? {} : wanted;
  if (existsSync(file)) {
    return { ports: { ...(JSON.parse(readFileSync(file, 'utf8')) as Ports), ...fixed }, fresh: false };
  }
  const takeUsual = wanted !== 'any' && (await areAllFree(Object.values(usual)));
  return { ports: { ...(takeUsual ? usual : await anyPorts()), ...fixed }, fresh: true };
}

/** Keeps `ports` in `file` for the runs to come. */
export function keepPorts(file: string, ports: Ports): void {
  writeFileSync(file, JSON.stringify(ports));
}

async function anyPorts(): Promise<Ports> {
  const [cognito, backend, store] = (await freePorts(3)) as [number, number, number];
  return { cognito, backend, store };
}

/** That many different ports of 127.0.0.1 on which nobody listens now. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

async function areAllFree(ports: number[]): Promise<boolean> {
  return (await Promise.all(ports.map(isFree))).every(Boolean);
}

/** Whether nobody listens on this port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
