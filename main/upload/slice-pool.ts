/**
 * Buffers for what is read from files and sent, used again and again: fresh ones for every slice would keep the
 * garbage collector busy for a sixth of the time.
 *
 * [Note: A slice comes back when it is taken] The system sends from the buffer itself. So it comes back by the write's
 * callback and in no other way: one whose request ended before that is left to the garbage collector.
 */
export interface SlicePool {
  take(): Buffer;
  /** Nobody reads it any more. */
  give(slice: Buffer): void;
  /** Lets go of the memory of those at rest. */
  clear(): void;
}

export function createSlicePool(bytes: number): SlicePool {
  let idle: Buffer[] = [];
  return {
    take: () => idle.pop() ?? Buffer.allocUnsafeSlow(bytes),
    give: (slice) => {
      idle.push(slice);
    },
    clear: () => {
      idle = [];
    },
  };
}
