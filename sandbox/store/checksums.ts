/** The additional checksums of Amazon S3: computed on the fly, and combined for multipart uploads. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';
/** `value` is base64, with `-N` behind it when it is a composite of N parts. */
export type Checksum = { algorithm: ChecksumAlgorithm; type: ChecksumType; value: string };

export type Hasher = { update(chunk: Uint8Array): void; digest(): Buffer };

/** The bytes of a digest, to refuse header values of the wrong length before reading a body. */
export const digestBytes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** The algorithm that a header value or XML text names, in any case; undefined when S3 knows no such one. */
export function checksumAlgorithm(name: string): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((known) => known === name.toUpperCase());
}

/** The header that carries a checksum: x-amz-checksum-crc32 and so on. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** A running checksum. CRCs are big-endian, as S3 writes them. */
export function createHasher(algorithm: ChecksumAlgorithm): Hasher {
  switch (algorithm) {
    case 'SHA1':
      return createHash('sha1');
    case 'SHA256':
      return createHash('sha256');
    case 'CRC32':
      return crc32Hasher((chunk, value) => crc32(chunk, value));
    case 'CRC32C':
      return crc32Hasher(crc32c);
    case 'CRC64NVME':
      return crc64Hasher();
  }
}

function crc32Hasher(step: (chunk: Uint8Array, value: number) => number): Hasher {
  let value = 0;
  return {
    update(chunk) {
      value = step(chunk, value);
    },
    digest() {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(value);
      return out;
    },
  };
}

// Both tables work four bytes at a time ("slicing"): a byte-wise loop would halve the store's speed.
const slices = 4;
let crc32cTables: Uint32Array[] | undefined;

function crc32c(chunk: Uint8Array, previous: number): number {
  const tables = (crc32cTables ??= makeTables(0n, 0x82f63b78n).low);
  const [t0, t1, t2, t3] = tables as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let crc = ~previous >>> 0;
  let at = 0;
  for (const end = chunk.length - 3; at < end; at += 4) {
    crc ^= chunk[at]! | (chunk[at + 1]! << 8) | (chunk[at + 2]! << 16) | (chunk[at + 3]! << 24);
    crc = t3[crc & 255]! ^ t2[(crc >>> 8) & 255]! ^ t1[(crc >>> 16) & 255]! ^ t0[crc >>> 24]!;
  }
  for (; at < chunk.length; at += 1) crc = (crc >>> 8) ^ t0[(crc ^ chunk[at]!) & 255]!;
  return ~crc >>> 0;
}

let crc64Tables: Tables | undefined;

function crc64Hasher(): Hasher {
  const tables = (crc64Tables ??= makeTables(0x9a6c9329n, 0xac4bc9b5n));
  const [l0, l1, l2, l3] = tables.low as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const [h0, h1, h2, h3] = tables.high as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let low = -1;
  let high = -1;
  return {
    update(chunk) {
      let at = 0;
      for (const end = chunk.length - 3; at < end; at += 4) {
        const x =
          low ^ (chunk[at]! | (chunk[at + 1]! << 8) | (chunk[at + 2]! << 16) | (chunk[at + 3]! << 24));
        const a = x & 255;
        const b = (x >>> 8) & 255;
        const c = (x >>> 16) & 255;
        const d = x >>> 24;
        low = high ^ l3[a]! ^ l2[b]! ^ l1[c]! ^ l0[d]!;
        high = h3[a]! ^ h2[b]! ^ h1[c]! ^ h0[d]!;
      }
      for (; at < chunk.length; at += 1) {
        const a = (low ^ chunk[at]!) & 255;
        low = ((low >>> 8) | (high << 24)) ^ l0[a]!;
        high = (high >>> 8) ^ h0[a]!;
      }
    },
    digest() {
      const out = Buffer.alloc(8);
      out.writeUInt32BE(~high >>> 0, 0);
      out.writeUInt32BE(~low >>> 0, 4);
      return out;
    },
  };
}

type Tables = { low: Uint32Array[]; high: Uint32Array[] };

/** Tables of a reflected CRC; `high` and `low` are the halves of its polynomial (high is 0 for 32-bit ones). */
function makeTables(high: bigint, low: bigint): Tables {
  const polynomial = (high << 32n) | low;
  const rows: bigint[][] = [];
  for (let slice = 0; slice < slices; slice += 1) {
    const row: bigint[] = [];
    for (let byte = 0; byte < 256; byte += 1) {
      let value = slice === 0 ? BigInt(byte) : rows[slice - 1]![byte]!;
      if (slice === 0) for (let bit = 0; bit < 8; bit += 1) value = halve(value, polynomial);
      else value = (value >> 8n) ^ rows[0]![Number(value & 255n)]!;
      row.push(value);
    }
    rows.push(row);
  }
  return {
    low: rows.map((row) => Uint32Array.from(row, (value) => Number(value & 0xffffffffn))),
    high: rows.map((row) => Uint32Array.from(row, (value) => Number(value >> 32n))),
  };
}

/** Multiplies by x in the reflected representation. */
function halve(value: bigint, polynomial: bigint): bigint {
  return (value & 1n) === 1n ? (value >> 1n) ^ polynomial : value >> 1n;
}

const polynomials: Readonly<Partial<Record<ChecksumAlgorithm, { bits: bigint; polynomial: bigint }>>> = {
  CRC32: { bits: 32n, polynomial: 0xedb88320n },
  CRC32C: { bits: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** True for the algorithms whose whole-object value follows from the parts' values: the CRCs. */
export function isCombinable(algorithm: ChecksumAlgorithm): boolean {
  return polynomials[algorithm] !== undefined;
}

/**
 * The CRC of the concatenation of parts, from the CRC and the size in bytes of each (no byte is read again):
 * crc(A‖B) = crc(A)·x^(8·|B|) + crc(B) over GF(2).
 * @throws RangeError for SHA algorithms, which have no such rule.
 */
export function combineCrcs(
  algorithm: ChecksumAlgorithm,
  parts: readonly { crc: Buffer; size: number }[],
): Buffer {
  const field = polynomials[algorithm];
  if (field === undefined) throw new RangeError(`${algorithm} values cannot be combined.`);
  const shifts = new Map<number, bigint>();
  let value = 0n;
  for (const { crc, size } of parts) {
    const shift = shifts.get(size) ?? xToThe(BigInt(size) * 8n, field);
    shifts.set(size, shift);
    value = multiply(shift, value, field) ^ BigInt(`0x${crc.toString('hex')}`);
  }
  return Buffer.from(value.toString(16).padStart(Number(field.bits / 4n), '0'), 'hex');
}

type Field = { bits: bigint; polynomial: bigint };

function multiply(a: bigint, b: bigint, { bits, polynomial }: Field): bigint {
  let product = 0n;
  for (let bit = 1n << (bits - 1n); bit > 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) product ^= b;
    b = halve(b, polynomial);
  }
  return product;
}

function xToThe(power: bigint, field: Field): bigint {
  let result = 1n << (field.bits - 1n);
  let square = 1n << (field.bits - 2n);
  for (; power > 0n; power >>= 1n) {
    if ((power & 1n) === 1n) result = multiply(square, result, field);
    square = multiply(square, square, field);
  }
  return result;
}
