/**
 * Limits for the memory of the engine's threads.
 *
 * [Note: Young garbage] V8 lets the space for new objects of each thread grow to 48 MB, whatever is alive in it. What the
 * threads make is read once and thrown away: a small space is emptied more often, at next to no cost.
 */
import type { ResourceLimits } from 'node:worker_threads';

export const threadMemory: Readonly<ResourceLimits> = { maxYoungGenerationSizeMb: 3 };
