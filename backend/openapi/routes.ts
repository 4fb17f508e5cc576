/** The table of all calls: what each takes, answers and refuses. The document is generated from it. */
import { createRoute } from '@hono/zod-openapi';
import type { z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Env } from '../context.ts';
import { Problem, problemSchema } from '../problems.ts';
import {
  clientConfigSchema,
  commitReplySchema,
  commitSchema,
  grantSchema,
  healthSchema,
  lookupReplySchema,
  lookupSchema,
  meSchema,
  openUploadsSchema,
  pageQuerySchema,
  pageSchema,
} from './schemas.ts';

const kilobyte = 1024;
const bearer = [{ bearer: [] }];

/** All routes; `authenticate` guards those that are somebody's. */
export function declareRoutes(authenticate: MiddlewareHandler<Env>) {
  return {
    clientConfig: createRoute({
      method: 'get',
      path: '/v1/client-config',
      summary: 'What the desktop app must know to sign people in and reach this library',
      responses: { 200: json(clientConfigSchema, 'Public; may be kept for five minutes.') },
    }),
    health: createRoute({
      method: 'get',
      path: '/healthz',
      summary: 'Whether this process runs, and can reach the database and the bucket',
      responses: { 200: json(healthSchema, 'Ready.'), ...refusals({ 503: ['not_ready'] }) },
    }),
    me: createRoute({
      method: 'get',
      path: '/v1/me',
      summary: 'Who is signed in, and how much they have stored',
      description:
        "Access tokens of a user pool carry no name and no e-mail: both come from the pool's userInfo endpoint, " +
        'which wants the scopes `openid`, `profile` and `email`, and are null where it does not answer in time.',
      security: bearer,
      middleware: [authenticate] as const,
      responses: { 200: json(meSchema, 'The caller.'), ...refusals(tokenRefusals) },
    }),
    lookup: createRoute({
      method: 'post',
      path: '/v1/photos/lookup',
      summary: 'Which of these photos the caller has stored already',
      security: bearer,
      middleware: [authenticate, limit(256 * kilobyte)] as const,
      request: { body: { required: true, content: { 'application/json': { schema: lookupSchema } } } },
      responses: {
        200: json(lookupReplySchema, 'Those that are stored; the others are not mentioned.'),
        ...refusals({ ...bodyRefusals, ...tokenRefusals }),
      },
    }),
    grant: createRoute({
      method: 'post',
      path: '/v1/upload-grants',
      summary: 'Credentials to upload with, for about an hour',
      description:
        'They can put objects, and handle uploads in parts, under `keyPrefix`, and nothing else. ' +
        'The body is ignored; it may be empty.',
      security: bearer,
      middleware: [authenticate, limit(kilobyte)] as const,
      responses: {
        200: json(grantSchema, 'The grant.'),
        ...refusals({
          413: ['body_too_large'],
          ...tokenRefusals,
          503: ['grant_unavailable', ...tokenRefusals[503]],
        }),
      },
    }),
    openUploads: createRoute({
      method: 'get',
      path: '/v1/open-uploads',
      summary: "Which of the caller's uploads in parts are neither completed nor aborted",
      description:
        'For a client that died between the answer of the store and its own note of it: a grant cannot list, ' +
        'as stores only let one list the uploads of all, but it can abort what is listed here.',
      security: bearer,
      middleware: [authenticate] as const,
      responses: {
        200: json(openUploadsSchema, 'All of them, by key.'),
        ...refusals({ ...tokenRefusals, 503: ['store_unavailable', ...tokenRefusals[503]] }),
      },
    }),
    commit: createRoute({
      method: 'post',
      path: '/v1/photos',
      summary: 'Makes uploaded objects part of the library, after checking each in the store',
      description:
        'Each photo is answered by itself. `stored`: the object was found, its size and checksum are those that were ' +
        'claimed, and it is in the library from now on. `duplicate`: the caller has this content already; also the ' +
        'answer to a repeated call whose first reply was lost, with the same photoId; its object is looked at only with ' +
        '`again`. `rejected`: nothing was ' +
        'stored; `code` says why. When the store cannot be asked, the whole call is refused with 503, nothing is ' +
        'stored, and it can be repeated as it is.\n\n' +
        'An object sent in one piece is proven to have the claimed SHA-256 (the store keeps the hash of what it ' +
        'took). For an object sent in parts the store keeps a hash of the hashes of its parts: it is computed again ' +
        'from `parts`, which proves that the object is made of exactly these parts; that they make up the claimed ' +
        'SHA-256 rests on the client. The same holds for stores that keep MD5.',
      security: bearer,
      middleware: [authenticate, limit(4096 * kilobyte)] as const,
      request: { body: { required: true, content: { 'application/json': { schema: commitSchema } } } },
      responses: {
        200: json(commitReplySchema, 'An answer for each photo.'),
        ...refusals({ ...bodyRefusals, ...tokenRefusals, 503: ['store_unavailable', ...tokenRefusals[503]] }),
      },
    }),
    list: createRoute({
      method: 'get',
      path: '/v1/photos',
      summary: 'What the caller has stored, newest first',
      security: bearer,
      middleware: [authenticate] as const,
      request: { query: pageQuerySchema },
      responses: {
        200: json(pageSchema, 'One page.'),
        ...refusals({ 400: ['invalid_request', 'invalid_cursor'], ...tokenRefusals }),
      },
    }),
  };
}

const tokenRefusals = {
  401: ['token_missing', 'token_invalid', 'token_expired'],
  503: ['identity_unavailable', 'records_unavailable'],
} as const;

const bodyRefusals = {
  400: ['malformed_json', 'invalid_request'],
  413: ['body_too_large'],
  415: ['unsupported_media_type'],
} as const;

function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** Documents problems by status; they are answered by the app's one error handler. */
function refusals(codes: Record<number, readonly string[]>) {
  return Object.fromEntries(
    Object.entries(codes).map(([status, list]) => [
      status,
      {
        description: list.map((code) => `\`${code}\``).join(', '),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  ) as unknown as Record<never, never>;
}

function limit(maxSize: number): MiddlewareHandler<Env> {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new Problem('body_too_large', { detail: `At most ${maxSize} bytes.` });
    },
  });
}
