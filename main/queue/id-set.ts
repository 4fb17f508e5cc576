/** A set of row ids, one bit for each id up to the largest: a million rows are 125 kB. */
export interface IdSet {
  readonly size: number;
  has(id: number): boolean;
  add(id: number): void;
  delete(id: number): void;
  clear(): void;
  /** The ids from the smallest on, `count` in each slice; what is added or deleted meanwhile may be missed. */
  slices(count: number): Generator<number[]>;
}

export function createIdSet(): IdSet {
  let bits = new Uint8Array(128);
  let size = 0;
  const has = (id: number): boolean => ((bits[id >>> 3] ?? 0) & (1 << (id & 7))) !== 0;
  return {
    get size() {
      return size;
    },
    has,
    add: (id) => {
      if (has(id)) return;
      const at = id >>> 3;
      if (at >= bits.length) {
        const grown = new Uint8Array(Math.max(bits.length * 2, at + 1));
        grown.set(bits);
        bits = grown;
      }
      bits[at] = (bits[at] ?? 0) | (1 << (id & 7));
      size += 1;
    },
    delete: (id) => {
      if (!has(id)) return;
      bits[id >>> 3] = (bits[id >>> 3] ?? 0) & ~(1 << (id & 7));
      size -= 1;
    },
    clear: () => {
      bits = new Uint8Array(128);
      size = 0;
    },
    slices: function* (count) {
      let slice: number[] = [];
      for (const [at, byte] of bits.entries()) {
        if (byte === 0) continue;
        for (let bit = 0; bit < 8; bit += 1) {
          if ((byte & (1 << bit)) === 0) continue;
          slice.push(at * 8 + bit);
          if (slice.length < count) continue;
          yield slice;
          slice = [];
        }
      }
      if (slice.length > 0) yield slice;
    },
  };
}
