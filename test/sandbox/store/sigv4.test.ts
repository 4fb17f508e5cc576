import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createChunkDecoder } from '../../../sandbox/store/aws-chunked.ts';
import { S3Error } from '../../../sandbox/store/errors.ts';
import {
  canonicalRequest,
  createChunkVerifier,
  emptySha256,
  formatAmzDate,
  readClaim,
  verifyClaim,
} from '../../../sandbox/store/sigv4.ts';
import type { Claim } from '../../../sandbox/store/sigv4.ts';
import type { WireRequest } from '../../../sandbox/store/wire.ts';
import { parseQuery } from '../../../sandbox/store/wire.ts';

// The examples of the S3 manual: "Signature Calculations for the Authorization Header" and its neighbours.
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const host = 'examplebucket.s3.amazonaws.com';
const date = '20130524T000000Z';
const now = Date.UTC(2013, 4, 24);
const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';

type Example = {
  method?: string;
  path: string;
  query?: string;
  headers: Record<string, string>;
  signature: string;
};

function wire({ method = 'GET', path, query = '', headers, signature }: Example): WireRequest {
  const names = Object.keys(headers).toSorted().join(';');
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${names},Signature=${signature}`;
  return {
    method,
    rawPath: path,
    query: parseQuery(query),
    headers: new Map([...Object.entries(headers), ['authorization', authorization]]),
  };
}

function claimOf(request: WireRequest): Claim {
  const claim = readClaim(request);
  if (claim === undefined) throw new Error('The request has no signature.');
  return claim;
}

function verify(example: Example, payloadHash: string, at = now): void {
  const request = wire(example);
  verifyClaim(request, claimOf(request), secret, payloadHash, at);
}

const common = { host, 'x-amz-content-sha256': emptySha256, 'x-amz-date': date };
const getObject: Example = {
  path: '/test.txt',
  headers: { ...common, range: 'bytes=0-9' },
  signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
};

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
  return 'none';
}

describe('verifyClaim on the examples of the S3 manual', () => {
  it('accepts GET Object with a Range', () => {
    expect(codeOf(() => verify(getObject, emptySha256))).toBe('none');
  });

  it('accepts PUT Object, with an escaped path and a Date header', () => {
    const body = createHash('sha256').update('Welcome to Amazon S3.').digest('hex');
    const headers = {
      ...common,
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-content-sha256': body,
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    };
    const signature = '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd';
    expect(codeOf(() => verify({ method: 'PUT', path: '/test%24file.text', headers, signature }, body))).toBe(
      'none',
    );
    // Escaped or not, it is the same path.
    expect(codeOf(() => verify({ method: 'PUT', path: '/test$file.text', headers, signature }, body))).toBe(
      'none',
    );
  });

  it('accepts a sub-resource without a value, and a query in any order', () => {
    const lifecycle = 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543';
    const list = '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7';
    const bucket = { path: '/', headers: common };
    expect(codeOf(() => verify({ ...bucket, query: 'lifecycle', signature: lifecycle }, emptySha256))).toBe(
      'none',
    );
    expect(
      codeOf(() => verify({ ...bucket, query: 'prefix=J&max-keys=2', signature: list }, emptySha256)),
    ).toBe('none');
  });

  it('accepts the presigned URL until it expires', () => {
    const query =
      `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=${date}` +
      '&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
      '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
    const request: WireRequest = {
      method: 'GET',
      rawPath: '/test.txt',
      query: parseQuery(query),
      headers: new Map([['host', host]]),
    };
    const at = (time: number) =>
      codeOf(() => verifyClaim(request, claimOf(request), secret, 'UNSIGNED-PAYLOAD', time));
    expect(at(now)).toBe('none');
    expect(at(now + 86_400_000)).toBe('none');
    expect(at(now + 86_400_001)).toBe('AccessDenied');
    expect(at(now - 16 * 60_000)).toBe('AccessDenied');
  });
});

describe('verifyClaim refuses', () => {
  it.each([
    ['another path', { ...getObject, path: '/test.txu' }],
    ['another query', { ...getObject, query: 'versionId=1' }],
    ['another header value', { ...getObject, headers: { ...getObject.headers, range: 'bytes=0-8' } }],
    ['another method', { ...getObject, method: 'DELETE' }],
    ['a shorter signature', { ...getObject, signature: getObject.signature.slice(1) }],
  ] satisfies [string, Example][])('%s', (_, example) => {
    expect(codeOf(() => verify(example, emptySha256))).toBe('SignatureDoesNotMatch');
  });

  it('another payload hash', () => {
    expect(codeOf(() => verify(getObject, 'UNSIGNED-PAYLOAD'))).toBe('SignatureDoesNotMatch');
  });

  it('a clock more than 15 minutes off, and not one second less', () => {
    const skew = 15 * 60_000;
    expect(codeOf(() => verify(getObject, emptySha256, now + skew))).toBe('none');
    expect(codeOf(() => verify(getObject, emptySha256, now - skew))).toBe('none');
    expect(codeOf(() => verify(getObject, emptySha256, now + skew + 1))).toBe('RequestTimeTooSkewed');
    expect(codeOf(() => verify(getObject, emptySha256, now - skew - 1))).toBe('RequestTimeTooSkewed');
  });

  it('an x-amz- header that somebody added', () => {
    const request = wire(getObject);
    const headers = new Map([...request.headers, ['x-amz-tagging', 'a=b']]);
    const tampered = { ...request, headers };
    expect(codeOf(() => verifyClaim(tampered, claimOf(tampered), secret, emptySha256, now))).toBe(
      'AccessDenied',
    );
  });
});

describe('readClaim', () => {
  it('knows an anonymous request, and one that signs twice', () => {
    const request = wire(getObject);
    expect(readClaim({ ...request, headers: new Map([['host', host]]) })).toBeUndefined();
    expect(codeOf(() => readClaim({ ...request, query: [['X-Amz-Signature', 'x']] }))).toBe(
      'InvalidArgument',
    );
  });

  it('names what is wrong in the header', () => {
    const withHeader = (authorization: string) =>
      codeOf(() => readClaim({ ...wire(getObject), headers: new Map([['authorization', authorization]]) }));
    expect(withHeader('AWS key:signature')).toBe('InvalidRequest');
    expect(withHeader('AWS4-HMAC-SHA256 Credential=x')).toBe('AuthorizationHeaderMalformed');
    expect(withHeader(`AWS4-HMAC-SHA256 Credential=a/b/c,SignedHeaders=host,Signature=0`)).toBe(
      'AuthorizationHeaderMalformed',
    );
  });
});

it('formats times as signatures have them', () => {
  expect(formatAmzDate(now + 999)).toBe(date);
});

it('collapses spaces in header values, and keeps the path as it is', () => {
  const request = wire({
    ...getObject,
    path: '/a//b/../c d%2F',
    headers: { host, 'x-amz-meta-a': '  a   b ' },
  });
  const [, path, , first, second] = canonicalRequest(
    request,
    claimOf({
      ...request,
      headers: new Map([...request.headers, ['x-amz-date', date]]),
    }),
    'h',
  ).split('\n');
  expect(path).toBe('/a//b/../c%20d%2F');
  expect([first, second]).toEqual([`host:${host}`, 'x-amz-meta-a:a b']);
});

describe('the chunked uploads of the S3 manual', () => {
  const data = [Buffer.alloc(65_536, 'a'), Buffer.alloc(1024, 'a'), Buffer.alloc(0)];
  const head = {
    'content-encoding': 'aws-chunked',
    host: 's3.amazonaws.com',
    'x-amz-date': date,
    'x-amz-decoded-content-length': '66560',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
  };
  const plain: Example = {
    method: 'PUT',
    path: '/examplebucket/chunkObject.txt',
    headers: {
      ...head,
      'content-length': '66824',
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    },
    signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  };
  const plainChunks = [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ];
  const trailing: Example = {
    ...plain,
    headers: {
      ...head,
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      'x-amz-trailer': 'x-amz-checksum-crc32c',
    },
    signature: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  };
  const trailingChunks = [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ];
  const trailers =
    'x-amz-checksum-crc32c:sOO8/Q==\r\n' +
    'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n';

  function decode(
    example: Example,
    signatures: readonly string[],
    end: string,
  ): [Buffer, ReadonlyMap<string, string>] {
    const request = wire(example);
    const claim = claimOf(request);
    const key = verifyClaim(request, claim, secret, request.headers.get('x-amz-content-sha256') ?? '', now);
    const decoder = createChunkDecoder(createChunkVerifier(claim, key), request.headers.has('x-amz-trailer'));
    const content = signatures.flatMap((signature, index) => {
      const chunk = data[index] ?? Buffer.alloc(0);
      const tail = chunk.length === 0 ? '' : '\r\n';
      return [
        ...decoder.push(Buffer.from(`${chunk.length.toString(16)};chunk-signature=${signature}\r\n`)),
        ...decoder.push(Buffer.concat([chunk, Buffer.from(tail)])),
      ];
    });
    decoder.push(Buffer.from(end));
    return [Buffer.concat(content), decoder.finish()];
  }

  it('decodes the one without trailers', () => {
    const [content, found] = decode(plain, plainChunks, '\r\n');
    expect(content.equals(Buffer.concat(data))).toBe(true);
    expect(found.size).toBe(0);
  });

  it('decodes the one with a signed trailer, with or without an empty line before the signature', () => {
    const [content, found] = decode(trailing, trailingChunks, `${trailers}\r\n`);
    expect(content.length).toBe(66_560);
    expect([...found]).toEqual([['x-amz-checksum-crc32c', 'sOO8/Q==']]);
    const spaced = trailers.replace('\r\n', '\n\r\n');
    expect(decode(trailing, trailingChunks, `${spaced}\r\n`)[1].size).toBe(1);
  });

  it('refuses a chunk in another place, and a trailer that was changed', () => {
    const swapped = [plainChunks[1] ?? '', plainChunks[0] ?? '', plainChunks[2] ?? ''];
    expect(codeOf(() => decode(plain, swapped, '\r\n'))).toBe('SignatureDoesNotMatch');
    const changed = `${trailers.replace('sOO8', 'sOO9')}\r\n`;
    expect(codeOf(() => decode(trailing, trailingChunks, changed))).toBe('SignatureDoesNotMatch');
  });
});
