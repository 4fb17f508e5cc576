import fs from 'node:fs';
import path from 'node:path';
import { isTemporary } from '../lib/files.mjs';
import { cacheFolder } from '../lib/places.mjs';
import { takeLock } from './lock.mjs';
import { report } from './report.mjs';

/**
 * Brings the steps to the state that they ask for, in order. A step is
 * `{ needed(): string | undefined | Promise<…>, put(): Promise<void> }`: why there is something to do, and
 * doing it. When nothing is needed this reads a few files and returns. One set-up works at a time.
 * Resolves to whether anything was done.
 */
export async function setUp(steps) {
  const start = performance.now();
  let release;
  let worked = false;
  try {
    for (const step of steps) {
      if ((await step.needed()) === undefined) continue;
      release ??= await enter();
      // Whoever held the lock before us may have done it.
      const why = await step.needed();
      if (why === undefined) continue;
      report(`${why}.`);
      await step.put();
      worked = true;
    }
  } finally {
    release?.();
  }
  if (worked) report(`done in ${((performance.now() - start) / 1000).toFixed(0)} s.`);
  return worked;
}

/** Waits for our turn, and clears away what set-ups left half done that were killed. */
async function enter() {
  const cache = cacheFolder();
  const release = await takeLock(cache);
  for (const name of fs.readdirSync(cache)) {
    if (isTemporary(name)) fs.rmSync(path.join(cache, name), { recursive: true, force: true });
  }
  return release;
}
