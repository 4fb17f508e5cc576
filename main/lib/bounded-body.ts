/** Thrown for a body that is longer than anybody wants to read. */
export class BodyTooLong extends Error {
  override readonly name = 'BodyTooLong';
}

/** Reads a reply as text, and gives up with {@link BodyTooLong} at more than `maxBytes`: `text()` has no bound. */
export async function readBounded(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new BodyTooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
