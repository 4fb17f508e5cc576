import { describe, expect, it } from 'vitest';
import { S3Error } from '../../../sandbox/store/errors.ts';
import { isAllowed, matchesPattern, parsePolicy } from '../../../sandbox/store/policy.ts';

const statement = {
  Effect: 'Allow',
  Action: ['s3:PutObject', 's3:AbortMultipartUpload'],
  Resource: 'arn:aws:s3:::photos/users/1/photos/*',
};

function policy(...statements: readonly unknown[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function allows(
  text: string,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): boolean {
  return isAllowed(parsePolicy(text), { action, resource, context: new Map(Object.entries(context)) });
}

describe('isAllowed', () => {
  const inside = 'arn:aws:s3:::photos/users/1/photos/a/b.jpg';

  it('allows what a statement names, and nothing else', () => {
    expect(allows(policy(statement), 's3:PutObject', inside)).toBe(true);
    expect(allows(policy(statement), 'S3:putobject', inside)).toBe(true);
    expect(allows(policy(statement), 's3:PutObjectTagging', inside)).toBe(false);
    expect(allows(policy(statement), 's3:PutObject', 'arn:aws:s3:::photos/users/12/photos/a')).toBe(false);
    expect(allows(policy(statement), 's3:PutObject', 'arn:aws:s3:::PHOTOS/users/1/photos/a')).toBe(false);
  });

  it('lets Deny win over Allow', () => {
    const deny = { Effect: 'Deny', Action: '*', Resource: 'arn:aws:s3:::photos/*/secret' };
    const both = policy(statement, deny);
    expect(allows(both, 's3:PutObject', inside)).toBe(true);
    expect(allows(both, 's3:PutObject', 'arn:aws:s3:::photos/users/1/photos/secret')).toBe(false);
  });

  it('knows NotAction and NotResource', () => {
    const text = policy({ Effect: 'Allow', NotAction: 's3:Delete*', NotResource: 'arn:aws:s3:::photos/x*' });
    expect(allows(text, 's3:GetObject', 'arn:aws:s3:::photos/a')).toBe(true);
    expect(allows(text, 's3:DeleteObject', 'arn:aws:s3:::photos/a')).toBe(false);
    expect(allows(text, 's3:GetObject', 'arn:aws:s3:::photos/xa')).toBe(false);
  });

  it('needs every condition, and fails those about what the request lacks', () => {
    const list = (Condition: unknown) =>
      policy({ Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::photos', Condition });
    const ask = (text: string, context = {}) => allows(text, 's3:ListBucket', 'arn:aws:s3:::photos', context);
    const like = list({ StringLike: { 's3:prefix': ['users/1/*', 'public/*'] } });
    expect(ask(like, { 's3:prefix': 'users/1/photos/' })).toBe(true);
    expect(ask(like, { 's3:prefix': 'users/2/' })).toBe(false);
    expect(ask(like)).toBe(false);
    const equals = list({ StringEquals: { 's3:prefix': 'a', 's3:delimiter': '/' } });
    expect(ask(equals, { 's3:prefix': 'a' })).toBe(false);
    expect(ask(equals, { 's3:prefix': 'a', 's3:delimiter': '/' })).toBe(true);
    expect(ask(list({ StringNotLike: { 's3:prefix': 'a*' } }))).toBe(true);
    expect(ask(list({ StringNotEquals: { 's3:prefix': 'a' } }), { 's3:prefix': 'a' })).toBe(false);
  });
});

describe('parsePolicy refuses', () => {
  it.each([
    ['what is not JSON', 'x'],
    ['another version', JSON.stringify({ Version: '2008-10-17', Statement: [statement] })],
    ['no statements', policy()],
    ['a principal', policy({ ...statement, Principal: '*' })],
    ['another effect', policy({ ...statement, Effect: 'Maybe' })],
    ['no resource', policy({ Effect: 'Allow', Action: '*' })],
    ['both Action and NotAction', policy({ ...statement, NotAction: '*' })],
    ['an action that is no text', policy({ ...statement, Action: [1] })],
    ['an operator it would not enforce', policy({ ...statement, Condition: { IpAddress: { a: 'b' } } })],
  ])('%s', (_, text) => {
    expect(() => parsePolicy(text)).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
    expect(() => parsePolicy(text)).toThrow(S3Error);
  });
});

describe('matchesPattern', () => {
  it.each([
    ['*', '', true],
    ['*', 'a/b', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abbd', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a*b*c', 'aXbXbYc', true],
    ['', 'a', false],
    ['abc', 'abcd', false],
    ['*a', 'aab', false],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  it('takes no longer than its inputs are long', () => {
    const started = performance.now();
    expect(matchesPattern('*a'.repeat(200), 'a'.repeat(5000) + 'b')).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
