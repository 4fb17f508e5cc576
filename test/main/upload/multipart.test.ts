import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../main/lib/clock.ts';
import type { Grant } from '../../../main/upload/backend-client.ts';
import { classify } from '../../../main/upload/failures.ts';
import { gone, type PartPlan } from '../../../main/upload/multipart.ts';
import { createStore, type PutRequest, type Store } from '../../../main/upload/store.ts';
import { sha256 } from '../../support/files.ts';
import { testGrant } from '../../support/grant.ts';
import { serve, type Handler } from '../../support/http-server.ts';
import { plainConnections } from '../../support/network.ts';

/** What the requests of an upload in parts make of replies that no store in good order gives. */

const key = `users/ada/photos/${'a'.repeat(64)}.mp4`;
const never = new AbortController().signal;
const request: PutRequest = {
  path: '/nowhere',
  stat: { device: '1', inode: '1', size: 1, mtimeNs: '1' },
  key,
  contentType: 'video/mp4',
  sha256: 'a'.repeat(64),
  md5: null,
};
const part: PartPlan & { eTag: string } = {
  number: 1,
  range: { offset: 0, length: 1 },
  sha256: sha256('x'),
  md5: null,
  eTag: '"1"',
};

async function storeThat(
  answers: Handler,
): Promise<{ store: Store; grant: Grant; requests: readonly string[] }> {
  const { url, requests } = await serve(answers);
  const store = createStore({ clock: systemClock, connections: plainConnections(2) });
  onTestFinished(store.close);
  return { store, grant: testGrant(url), requests };
}

function xml(status: number, body: string, headers = {}): Handler {
  return (_request, response) => {
    response
      .writeHead(status, { 'content-type': 'application/xml', 'x-amz-request-id': '1', ...headers })
      .end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
  };
}

const page: Handler = (_request, response) => {
  response
    .writeHead(200, { 'content-type': 'text/html' })
    .end('<!doctype html><html><body><p>Blocked by your company</p></body></html>');
};

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (answer) => ({ answered: answer }),
    (error: unknown) => classify(error),
  );
}

describe('a page that answers in the store’s place', () => {
  it('aborts no upload: it would stay open, and nobody would know of it', async () => {
    const { store, grant } = await storeThat(page);
    expect(await failureOf(store.abortUpload(grant, key, 'u1', never))).toMatchObject({
      kind: 'captive_portal',
    });
  });

  it('is no list of parts, and completes nothing', async () => {
    const { store, grant } = await storeThat(page);
    for (const work of [
      store.listParts(grant, key, 'u1', never),
      store.createUpload(grant, request, never),
      store.completeUpload(grant, request, 'u1', [part], never),
    ])
      expect(await failureOf(work)).toMatchObject({
        kind: expect.stringMatching(/^(captive_portal|network)$/),
      });
  });

  it('does not make an upload be gone by its status alone', async () => {
    const { store, grant } = await storeThat((_request, response) => {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>');
    });
    for (const work of [
      store.listParts(grant, key, 'u1', never),
      store.completeUpload(grant, request, 'u1', [part], never),
      store.abortUpload(grant, key, 'u1', never),
    ])
      expect(await failureOf(work)).toMatchObject({ kind: 'network' });
  });
});

describe('the last request of an upload', () => {
  it('that fails after its 200 has gone out has completed nothing, and is tried again', async () => {
    for (const code of ['InternalError', 'SlowDown']) {
      const { store, grant, requests } = await storeThat(xml(200, `<Error><Code>${code}</Code></Error>`));
      expect(await failureOf(store.completeUpload(grant, request, 'u1', [part], never))).toMatchObject({
        kind: 'throttled',
      });
      // Nobody may try again behind our back.
      expect(requests).toHaveLength(1);
    }
  });

  it('of an upload that is gone says so', async () => {
    const { store, grant } = await storeThat(xml(404, '<Error><Code>NoSuchUpload</Code></Error>'));
    expect(await store.completeUpload(grant, request, 'u1', [part], never)).toBe(gone);
    expect(await store.listParts(grant, key, 'u1', never)).toBe(gone);
    await store.abortUpload(grant, key, 'u1', never);
  });
});

it('lists the parts of all pages, each under its own number', async () => {
  const total = 2_345;
  const { store, grant, requests } = await storeThat((incoming, response) => {
    const { searchParams } = new URL(incoming.url ?? '', 'http://store');
    const after = Number(searchParams.get('part-number-marker') ?? 0);
    const last = Math.min(after + 1000, total);
    const parts = Array.from(
      { length: last - after },
      (_, index) =>
        `<Part><PartNumber>${after + index + 1}</PartNumber><ETag>"${after + index + 1}"</ETag><Size>${after + index + 1}</Size></Part>`,
    );
    // S3 names a next marker on the last page too.
    xml(
      200,
      `<ListPartsResult><UploadId>u1</UploadId><NextPartNumberMarker>${last}</NextPartNumberMarker><IsTruncated>${last < total}</IsTruncated>${parts.join('')}</ListPartsResult>`,
    )(incoming, response, Buffer.alloc(0));
  });
  const parts = await store.listParts(grant, key, 'u1', never);
  expect(parts).toEqual(
    Array.from({ length: total }, (_, index) => ({
      number: index + 1,
      size: index + 1,
      eTag: `"${index + 1}"`,
      sha256: undefined,
    })),
  );
  expect(requests).toHaveLength(3);
});

describe('a store with another time', () => {
  const hoursAhead = 3 * 3_600_000;
  /** Refuses what is signed by another time than its own, which is hours ahead. */
  const strict = (answer: Handler): Handler => {
    return (incoming, response, body) => {
      const signed = String(incoming.headers['x-amz-date']);
      const at = Date.parse(
        signed.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
      );
      const now = Date.now() + hoursAhead;
      response.setHeader('date', new Date(now).toUTCString());
      if (Math.abs(at - now) < 60_000) answer(incoming, response, body);
      else xml(403, '<Error><Code>RequestTimeTooSkewed</Code></Error>')(incoming, response, body);
    };
  };

  it('is asked by that time from its first refusal on, also where no byte of a file was ever sent', async () => {
    const { store, grant, requests } = await storeThat(
      strict(
        xml(200, '<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>'),
      ),
    );
    expect(await store.createUpload(grant, request, never)).toBe('u1');
    expect(await store.createUpload(grant, request, never)).toBe('u1');
    expect(requests).toHaveLength(3);
  });
});
