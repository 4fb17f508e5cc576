/** The aws-chunked content encoding: chunks with or without signatures, and trailers behind them. */
import { createHash } from 'node:crypto';
import { s3Error } from './errors.ts';

/** Checks the signatures of one body, in order: each is over the one before. Both throw SignatureDoesNotMatch. */
export type ChunkVerifier = {
  chunk(signature: string, sha256Hex: string): void;
  trailer(signature: string, sha256Hex: string): void;
};

export type ChunkDecoder = {
  /** Takes the next bytes of the wire, in any split, and returns the content in them. */
  push(bytes: Buffer): Buffer[];
  /** Ends the body: returns the trailers by lower-case name. @throws IncompleteBody when it was cut off. */
  finish(): ReadonlyMap<string, string>;
};

const maxLine = 4096;
/** S3 refuses smaller chunks, except the last one that has data. */
const minChunk = 8192;
const trailerSignature = 'x-amz-trailer-signature';

type State = 'size' | 'data' | 'dataEnd' | 'trailer' | 'end' | 'done';

/**
 * Decodes one body.
 * @param verifier checks chunk (and trailer) signatures; undefined for STREAMING-UNSIGNED-PAYLOAD-TRAILER
 * @param expectTrailer whether the request announced trailers
 */
export function createChunkDecoder(
  verifier: ChunkVerifier | undefined,
  expectTrailer: boolean,
): ChunkDecoder {
  let state: State = 'size';
  let line = '';
  let remaining = 0;
  let signature = '';
  let sha256 = createHash('sha256');
  let sawSmallChunk = false;
  const trailers = new Map<string, string>();
  let signedTrailers = '';

  function endChunk(): void {
    verifier?.chunk(signature, sha256.digest('hex'));
    sha256 = createHash('sha256');
  }

  function sizeLine(text: string): void {
    const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(text);
    if (match === null) throw s3Error('InvalidRequest', 'A chunk header is malformed.');
    remaining = Number.parseInt(match[1] ?? '', 16);
    if (verifier !== undefined && match[2] === undefined) {
      throw s3Error('InvalidRequest', 'A chunk has no chunk-signature.');
    }
    signature = match[2] ?? '';
    if (remaining > 0) {
      if (sawSmallChunk) throw s3Error('InvalidChunkSizeError');
      sawSmallChunk = remaining < minChunk;
      state = 'data';
      return;
    }
    endChunk();
    state = expectTrailer ? 'trailer' : 'end';
  }

  function trailerLine(text: string): void {
    if (text === '') {
      // Some signers put an empty line between the trailers and their signature, as the S3 manual's example does.
      const signatureFollows = verifier !== undefined && trailers.size > 0 && !trailers.has(trailerSignature);
      if (!signatureFollows) finishTrailers();
      return;
    }
    const colon = text.indexOf(':');
    if (colon < 1) throw s3Error('InvalidRequest', 'A trailer is malformed.');
    const name = text.slice(0, colon).trim().toLowerCase();
    const value = text.slice(colon + 1).trim();
    trailers.set(name, value);
    if (name !== trailerSignature) signedTrailers += `${name}:${value}\n`;
  }

  function finishTrailers(): void {
    if (verifier !== undefined) {
      const given = trailers.get(trailerSignature);
      if (given === undefined) throw s3Error('InvalidRequest', 'The trailer signature is missing.');
      verifier.trailer(given, createHash('sha256').update(signedTrailers).digest('hex'));
    }
    trailers.delete(trailerSignature);
    state = 'done';
  }

  /** Reads up to a line feed; returns the line once it is whole, and where the next byte is. */
  function readLine(bytes: Buffer, from: number): { next: number; text: string | undefined } {
    const end = bytes.indexOf(10, from);
    line += bytes.toString('latin1', from, end === -1 ? bytes.length : end);
    if (line.length > maxLine) throw s3Error('InvalidRequest', 'A line of the chunked body is too long.');
    if (end === -1) return { next: bytes.length, text: undefined };
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    line = '';
    return { next: end + 1, text };
  }

  function takeLine(text: string): void {
    if (state === 'size') sizeLine(text);
    else if (state === 'trailer') trailerLine(text);
    else if (text !== '') throw s3Error('InvalidRequest', 'A chunk is longer than its header says.');
    else state = state === 'end' ? 'done' : 'size';
  }

  return {
    push(bytes) {
      const content: Buffer[] = [];
      let at = 0;
      while (at < bytes.length) {
        if (state === 'done') throw s3Error('IncompleteBody', 'There are bytes behind the last chunk.');
        if (state === 'data') {
          const piece = bytes.subarray(at, at + remaining);
          if (verifier !== undefined) sha256.update(piece);
          content.push(piece);
          remaining -= piece.length;
          at += piece.length;
          if (remaining === 0) {
            endChunk();
            state = 'dataEnd';
          }
          continue;
        }
        const { next, text } = readLine(bytes, at);
        at = next;
        if (text !== undefined) takeLine(text);
      }
      return content;
    },
    finish() {
      if (state !== 'done') throw s3Error('IncompleteBody');
      return trailers;
    },
  };
}
