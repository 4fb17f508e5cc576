import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits for something outside of this process that sends no event: asks again and again until `check` says yes.
 *
 * @param what completes the sentence "waited in vain until …".
 */
export async function until(
  what: string,
  check: () => boolean | Promise<boolean>,
  withinMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs / 1000} s in vain until ${what}.`);
    await pause(25);
  }
}
