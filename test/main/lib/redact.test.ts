import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../main/lib/redact.ts';

const { text, value } = createRedactor({
  home: '/home/ada',
  people: [{ words: ['Ada Lovelace', 'Art', 'ada.l'], mark: '‹somebody›' }],
});

describe('redaction', () => {
  it.each([
    [
      'GET https://photos.example.org/v1/photos?token=abc#x failed',
      'GET https://photos.example.org/v1/photos?… failed',
    ],
    ['https://ada:pa55@proxy.example:8080/', 'https://proxy.example:8080/'],
    ['authorization: Bearer abc.def~ghi=', 'authorization: ‹left out› ‹left out›'],
    ['X-Amz-Signature=0a1b2c&X-Amz-Date=1', '‹left out›&‹left out›'],
    ['id eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln ends', 'id ‹left out› ends'],
    ['a JWE eyJlbmMi.a-b._c.dd.e here', 'a JWE ‹left out› here'],
    ['key AKIAIOSFODNN7EXAMPLE', 'key ‹left out›'],
    ['refresh_token="abc123", next', 'refresh_token="‹left out›", next'],
    ['code=9f8e7d&state=xyz', 'code=‹left out›&state=‹left out›'],
    ['told ada@example.org of it', 'told ‹e-mail› of it'],
    ['at 48.208200, 16.373800 or so', 'at ‹place› or so'],
    ['at 48.2082° N, 16.3738° E or so', 'at ‹place› or so'],
    ['+48.2082+016.3738/', '‹place›'],
    [`48 deg 12' 29.52" N`, '‹place›'],
    ['latitude=-33.8688', 'latitude=‹place›'],
    ['/home/ada/Pictures/a.jpg', '~/Pictures/a.jpg'],
    ['/home/charles/a.jpg and /Users/Charles/a.jpg', '/home/‹somebody›/a.jpg and /Users/‹somebody›/a.jpg'],
    [String.raw`C:\Users\Charles\a.jpg`, String.raw`C:\Users\‹somebody›\a.jpg`],
    ['ADA LOVELACE, Art, not Party, ada.l', '‹somebody›, ‹somebody›, not Party, ‹somebody›'],
    ['x'.repeat(40), '‹long value›'],
    ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY it was', '‹long value› it was'],
    ['secretAccessKey: wJalrX', 'secretAccessKey: ‹left out›'],
  ])('takes out of %j what nobody else is to know', (given, left) => {
    expect(text(given)).toBe(left);
  });

  it.each([
    'store 503 SlowDown',
    'ECONNREFUSED 127.0.0.1:4443',
    '2026-11-25T17:45:12.000Z',
    'engine.started',
    'confirm: checksum_mismatch',
    'backend 409 photo_missing',
    'schema 9, known 8',
    '4442587FB7D0A2F9',
    '~/Pictures/Holidays/Summer/Lake/Garda/Evening/Boats/x.jpg',
    'Chrome 130.0.6723.191 on Linux 6.8.0-45-generic',
  ])('leaves %j as it is', (given) => {
    expect(text(given)).toBe(given);
  });

  it('leaves out by the names of fields, however deep, and keeps what is there or not', () => {
    expect(
      value({
        code: 'auth_timeout',
        rows: 3,
        session: { refreshToken: 'x', signed: true, latitude: 48.2, state: null, list: [{ password: 1 }] },
        confidential: true,
        hasPassword: false,
      }),
    ).toEqual({
      code: 'auth_timeout',
      rows: 3,
      session: {
        refreshToken: '‹left out›',
        signed: true,
        latitude: '‹left out›',
        state: null,
        list: [{ password: '‹left out›' }],
      },
      confidential: true,
      hasPassword: false,
    });
  });
});
