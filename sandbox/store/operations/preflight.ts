/** Cross-origin requests: the preflight, and the headers on replies. */
import type { BucketFiles } from '../bucket-files.ts';
import { s3Error } from '../errors.ts';
import { matchesPattern } from '../policy.ts';
import type { Reply } from '../request.ts';
import type { WireRequest } from '../wire.ts';
import type { XmlNode } from '../xml.ts';
import { childText, readXml } from '../xml.ts';

type Rule = {
  origins: string[];
  methods: string[];
  headers: string[];
  expose: string[];
  maxAge: string | undefined;
};

/** The headers that a bucket's CORS rules give to a request with an Origin; undefined when no rule matches. */
export function corsHeaders(
  bucket: BucketFiles | undefined,
  wire: WireRequest,
): Record<string, string | undefined> | undefined {
  const origin = wire.headers.get('origin');
  const document = bucket?.settings().cors;
  if (origin === undefined || document === undefined) return undefined;
  const method = wire.headers.get('access-control-request-method') ?? wire.method;
  const requested = (wire.headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const rule = readRules(document).find(
    (one) =>
      one.methods.includes(method) &&
      one.origins.some((pattern) => matchesPattern(pattern, origin)) &&
      requested.every((name) => one.headers.some((pattern) => matchesPattern(pattern.toLowerCase(), name))),
  );
  if (rule === undefined) return undefined;
  const anyOrigin = rule.origins.includes('*');
  return {
    'Access-Control-Allow-Origin': anyOrigin ? '*' : origin,
    'Access-Control-Allow-Methods': rule.methods.join(', '),
    'Access-Control-Allow-Headers': requested.join(', ') || undefined,
    'Access-Control-Expose-Headers': rule.expose.join(', ') || undefined,
    'Access-Control-Max-Age': rule.maxAge,
    'Access-Control-Allow-Credentials': anyOrigin ? undefined : 'true',
    Vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** The reply to OPTIONS, which is never signed. @throws AccessForbidden when no rule allows the request */
export function preflight(bucket: BucketFiles | undefined, wire: WireRequest): Reply {
  const headers = corsHeaders(bucket, wire);
  if (headers !== undefined) return { status: 200, headers };
  throw s3Error('AccessForbidden');
}

function readRules(document: string): Rule[] {
  return (readXml(document, 'CORSConfiguration').children.get('CORSRule') ?? []).map((rule) => ({
    origins: texts(rule, 'AllowedOrigin'),
    methods: texts(rule, 'AllowedMethod'),
    headers: texts(rule, 'AllowedHeader'),
    expose: texts(rule, 'ExposeHeader'),
    maxAge: childText(rule, 'MaxAgeSeconds'),
  }));
}

function texts(rule: XmlNode, name: string): string[] {
  return (rule.children.get(name) ?? []).map((child) => child.text);
}
