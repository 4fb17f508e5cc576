/** A request as it came over the wire, before anything is believed about it. */
import type { IncomingMessage } from 'node:http';
import { s3Error } from './errors.ts';

export type WireRequest = {
  readonly method: string;
  /** Percent-encoded, exactly as sent. */
  readonly rawPath: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Lower-case names; values of repeated headers joined by a comma; UTF-8. */
  readonly headers: ReadonlyMap<string, string>;
};

/** Takes the head of a request apart. @throws InvalidURI when an escape in the query is not UTF-8. */
export function readWireRequest(message: IncomingMessage): WireRequest {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const headers = new Map<string, string>();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    // Node reads header bytes as latin1; signers and S3 metadata mean UTF-8.
    if (values !== undefined) headers.set(name, Buffer.from(values.join(','), 'latin1').toString('utf8'));
  }
  return {
    method: message.method ?? 'GET',
    rawPath: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? [] : parseQuery(url.slice(mark + 1)),
    headers,
  };
}

/** Name and value pairs in the order sent; a name without `=` has an empty value. */
export function parseQuery(text: string): [string, string][] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals === -1 ? pair : pair.slice(0, equals);
      return [decode(name), equals === -1 ? '' : decode(pair.slice(equals + 1))];
    });
}

function decode(text: string): string {
  return percentDecode(text.replaceAll('+', ' '));
}

/** @throws InvalidURI when an escape is not UTF-8. */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw s3Error('InvalidURI');
  }
}

/** The encoding of RFC 3986 that signatures and `encoding-type=url` use: all but A–Z a–z 0–9 - . _ ~ */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
