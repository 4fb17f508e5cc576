import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { judgeKey, judgeObject } from '../../../backend/store/claims.ts';

const bytes = Buffer.from('a photo, or what the store took for one');
const digest = (algorithm: string, data: Buffer): Buffer => createHash(algorithm).update(data).digest();
const sha256 = digest('sha256', bytes).toString('hex');
const prefix = 'users/ada/photos/';
const claim = { sha256, size: bytes.length, key: `${prefix}${sha256}.jpg`, contentType: 'image/jpeg' };

/** The parts of `bytes`, and the composite checksums that S3 would keep of them. */
const chunks = [bytes.subarray(0, 20), bytes.subarray(20)];
const parts = chunks.map((chunk) => ({
  size: chunk.length,
  sha256: digest('sha256', chunk).toString('hex'),
  md5: digest('md5', chunk).toString('base64'),
}));
const compositeSha256 = `${digest('sha256', Buffer.concat(chunks.map((chunk) => digest('sha256', chunk)))).toString('base64')}-2`;
const compositeMd5 = `${digest('md5', Buffer.concat(chunks.map((chunk) => digest('md5', chunk)))).toString('hex')}-2`;

describe('the key', () => {
  it.each([
    [`${prefix}${sha256}.jpg`, undefined],
    [`${prefix}${sha256}.jpeg`, undefined],
    [`${prefix}${sha256}`, 'key_mismatch'],
    [`${prefix}${sha256}.JPG`, 'key_mismatch'],
    [`${prefix}${sha256}.heic`, 'key_mismatch'],
    [`${prefix}${sha256}.jpg/x.jpg`, 'key_mismatch'],
    [`${prefix}${sha256.toUpperCase()}.jpg`, 'key_mismatch'],
    [`${prefix}${'0'.repeat(64)}.jpg`, 'key_mismatch'],
    [`users/bea/photos/${sha256}.jpg`, 'key_not_yours'],
    [`users/ada/photos-of-bea/${sha256}.jpg`, 'key_not_yours'],
    [`/${prefix}${sha256}.jpg`, 'key_not_yours'],
  ])('%s: %s', (key, expected) => {
    expect(judgeKey({ ...claim, key }, prefix)).toBe(expected);
  });

  it('may have any extension where the type is not one of the few that are known', () => {
    expect(
      judgeKey({ ...claim, contentType: 'image/x-canon-cr3', key: `${prefix}${sha256}.cr3` }, prefix),
    ).toBeUndefined();
  });
});

describe('an object in one piece', () => {
  const stored = { size: bytes.length, sha256: digest('sha256', bytes).toString('base64') };

  it('is proven by the SHA-256 that the store keeps', () => {
    expect(judgeObject(claim, stored, 'SHA256')).toBeUndefined();
    expect(
      judgeObject(
        claim,
        { ...stored, sha256: digest('sha256', Buffer.from('x')).toString('base64') },
        'SHA256',
      ),
    ).toBe('checksum_mismatch');
  });

  it('is not proven by its ETag where SHA-256 is the rule', () => {
    expect(
      judgeObject(claim, { size: bytes.length, etag: digest('md5', bytes).toString('hex') }, 'SHA256'),
    ).toBe('checksum_missing');
  });

  it('is proven by its MD5 where that is the rule, and only if the client tells it', () => {
    const object = { size: bytes.length, etag: digest('md5', bytes).toString('hex') };
    const md5 = digest('md5', bytes).toString('base64');
    expect(judgeObject({ ...claim, md5 }, object, 'MD5')).toBeUndefined();
    expect(judgeObject(claim, object, 'MD5')).toBe('checksum_missing');
    expect(
      judgeObject({ ...claim, md5: digest('md5', Buffer.from('x')).toString('base64') }, object, 'MD5'),
    ).toBe('checksum_mismatch');
  });

  it('must be there, and of the right size', () => {
    expect(judgeObject(claim, undefined, 'SHA256')).toBe('object_missing');
    expect(judgeObject({ ...claim, size: 1 }, stored, 'SHA256')).toBe('size_mismatch');
  });
});

describe('an object in parts', () => {
  it('is proven to be made of exactly the parts that the client tells', () => {
    const object = { size: bytes.length, sha256: compositeSha256 };
    expect(judgeObject({ ...claim, parts }, object, 'SHA256')).toBeUndefined();
    expect(judgeObject({ ...claim, parts: parts.toReversed() }, object, 'SHA256')).toBe('checksum_mismatch');
    expect(judgeObject({ ...claim, parts: parts.slice(1) }, object, 'SHA256')).toBe('size_mismatch');
    expect(judgeObject(claim, object, 'SHA256')).toBe('parts_missing');
    expect(judgeObject({ ...claim, parts: parts.map(({ size }) => ({ size })) }, object, 'SHA256')).toBe(
      'parts_missing',
    );
  });

  it('likewise by MD5', () => {
    const object = { size: bytes.length, etag: compositeMd5 };
    expect(judgeObject({ ...claim, parts }, object, 'MD5')).toBeUndefined();
    expect(judgeObject({ ...claim, parts: parts.toReversed() }, object, 'MD5')).toBe('checksum_mismatch');
  });
});
