/** Receives a body: decodes it, hashes it on the way, and refuses what is not what the headers promised. */
import { createHash } from 'node:crypto';
import { createChunkDecoder } from './aws-chunked.ts';
import type { Checksum, ChecksumAlgorithm, Hasher } from './checksums.ts';
import {
  checksumAlgorithm,
  checksumAlgorithms,
  checksumHeader,
  createHasher,
  digestBytes,
} from './checksums.ts';
import { s3Error } from './errors.ts';
import type { Context } from './request.ts';
import { header } from './request.ts';

/** The largest body of one request: 5 GiB, as at S3. */
const maxBodyBytes = 5 * 1024 ** 3;
const maxDocumentBytes = 2 * 1024 ** 2;

export type Received = { size: number; md5: Buffer; checksum: Checksum | undefined };

/** What the headers promise of a body. */
type Promised = {
  size: number;
  contentMd5: Buffer | undefined;
  algorithm: ChecksumAlgorithm | undefined;
  /** Base64; undefined when it comes as a trailer. */
  value: string | undefined;
};

/**
 * Receives the body into `sink`, with nothing of it kept in memory.
 * @throws before the first byte: MissingContentLength, EntityTooLarge, InvalidDigest, InvalidRequest; after the last:
 *   IncompleteBody, BadDigest, XAmzContentSHA256Mismatch, SignatureDoesNotMatch (chunks). What `sink` got is
 *   then worth nothing.
 */
export async function receivePayload(
  context: Context,
  sink: (chunk: Buffer) => Promise<void> | void,
): Promise<Received> {
  const promised = readPromises(context);
  const { payload } = context;
  const md5 = createHash('md5');
  const checksum = promised.algorithm === undefined ? undefined : createHasher(promised.algorithm);
  // One SHA-256 serves both the signature and the checksum: it is the dearest part of a request.
  const sharesSha256 = promised.algorithm === 'SHA256';
  const contentSha256 = payload.kind === 'sha256' && !sharesSha256 ? createHasher('SHA256') : undefined;
  const decoder =
    payload.kind === 'chunked' ? createChunkDecoder(payload.verifier, payload.trailer) : undefined;
  let size = 0;

  async function take(chunk: Buffer): Promise<void> {
    size += chunk.length;
    if (size > promised.size)
      throw s3Error('IncompleteBody', 'The body is longer than its length header says.');
    md5.update(chunk);
    checksum?.update(chunk);
    contentSha256?.update(chunk);
    await sink(chunk);
  }

  for await (const bytes of context.openBody()) {
    if (decoder === undefined) await take(bytes);
    else for (const chunk of decoder.push(bytes)) await take(chunk);
  }
  const trailers = decoder?.finish();
  if (size !== promised.size) throw s3Error('IncompleteBody');
  const digest = checksum?.digest();
  if (payload.kind === 'sha256') {
    const actual = (sharesSha256 ? digest : contentSha256?.digest())?.toString('hex');
    if (actual !== payload.hex) {
      throw s3Error('XAmzContentSHA256Mismatch', undefined, {
        ClientComputedContentSHA256: payload.hex,
        S3ComputedContentSHA256: actual ?? '',
      });
    }
  }
  const md5Digest = md5.digest();
  verifyMd5(promised.contentMd5, md5Digest);
  return { size, md5: md5Digest, checksum: verifyChecksum(context, promised, digest, trailers) };
}

/**
 * Receives a body that is a document, such as XML, as text.
 * @throws as receivePayload, and MalformedXML above 2 MiB
 */
export async function receiveDocument(context: Context): Promise<{ text: string; received: Received }> {
  const chunks: Buffer[] = [];
  let size = 0;
  const received = await receivePayload(context, (chunk) => {
    size += chunk.length;
    if (size > maxDocumentBytes) throw s3Error('MalformedXML', 'The document is larger than 2 MiB.');
    chunks.push(chunk);
  });
  return { text: Buffer.concat(chunks).toString('utf8'), received };
}

function readPromises(context: Context): Promised {
  const length = header(
    context,
    context.payload.kind === 'chunked' ? 'x-amz-decoded-content-length' : 'content-length',
  );
  if (length === undefined || !/^\d{1,15}$/.test(length)) throw s3Error('MissingContentLength');
  const size = Number(length);
  if (size > maxBodyBytes) {
    throw s3Error('EntityTooLarge', undefined, {
      ProposedSize: length,
      MaxSizeAllowed: String(maxBodyBytes),
    });
  }
  return { size, contentMd5: readContentMd5(context), ...readChecksumPromise(context) };
}

function readContentMd5(context: Context): Buffer | undefined {
  const value = header(context, 'content-md5');
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== value) throw s3Error('InvalidDigest');
  return bytes;
}

function readChecksumPromise(context: Context): Pick<Promised, 'algorithm' | 'value'> {
  const given = checksumAlgorithms.filter((name) => header(context, checksumHeader(name)) !== undefined);
  const announced = header(context, 'x-amz-trailer')?.trim().toLowerCase();
  if (given.length > 1 || (given.length === 1 && announced !== undefined)) {
    throw s3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksums were given.',
    );
  }
  const stated = header(context, 'x-amz-sdk-checksum-algorithm');
  const algorithm =
    announced === undefined
      ? given[0]
      : checksumAlgorithms.find((name) => checksumHeader(name) === announced);
  if (announced !== undefined && (algorithm === undefined || context.payload.kind !== 'chunked')) {
    throw s3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported.');
  }
  if (stated !== undefined && algorithm === undefined) {
    throw s3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  if (stated !== undefined && checksumAlgorithm(stated) !== algorithm) {
    throw s3Error('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  const value = algorithm === undefined ? undefined : header(context, checksumHeader(algorithm));
  if (algorithm !== undefined && value !== undefined) checkDigestText(algorithm, value);
  return { algorithm, value };
}

/** @throws InvalidRequest when a value cannot be a digest of that algorithm */
function checkDigestText(algorithm: ChecksumAlgorithm, value: string): void {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === digestBytes[algorithm] && bytes.toString('base64') === value) return;
  throw s3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);
}

function verifyMd5(expected: Buffer | undefined, actual: Buffer): void {
  if (expected === undefined || expected.equals(actual)) return;
  throw s3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
    ExpectedDigest: expected.toString('base64'),
    CalculatedDigest: actual.toString('base64'),
  });
}

function verifyChecksum(
  context: Context,
  promised: Promised,
  digest: Buffer | undefined,
  trailers: ReadonlyMap<string, string> | undefined,
): Checksum | undefined {
  const { algorithm } = promised;
  if (context.claimWrongChecksum) throw s3Error('BadDigest');
  if (algorithm === undefined || digest === undefined) return undefined;
  const expected = promised.value ?? trailers?.get(checksumHeader(algorithm));
  if (expected === undefined)
    throw s3Error('InvalidRequest', 'The trailer that x-amz-trailer names is missing.');
  checkDigestText(algorithm, expected);
  const value = digest.toString('base64');
  if (expected !== value) {
    throw s3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return { algorithm, type: 'FULL_OBJECT', value };
}

/** Running MD5 and, if one is asked for, checksum of bytes that the store itself copies. */
export function createDigests(algorithm: ChecksumAlgorithm | undefined): {
  update(chunk: Buffer): void;
  finish(): Omit<Received, 'size'>;
} {
  const md5 = createHash('md5');
  const hasher: Hasher | undefined = algorithm === undefined ? undefined : createHasher(algorithm);
  return {
    update(chunk) {
      md5.update(chunk);
      hasher?.update(chunk);
    },
    finish() {
      const value = hasher?.digest().toString('base64');
      const checksum: Checksum | undefined =
        algorithm === undefined || value === undefined
          ? undefined
          : { algorithm, type: 'FULL_OBJECT', value };
      return { md5: md5.digest(), checksum };
    },
  };
}
