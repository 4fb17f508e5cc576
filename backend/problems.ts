/** Every error that the API answers: RFC 9457 problem details with a stable code. */
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** Code → status and title. Codes are part of the API: they are added, never renamed. */
const problems = {
  malformed_json: [400, 'The request body is not JSON'],
  invalid_request: [400, 'The request does not have the documented form'],
  invalid_cursor: [400, 'The cursor is not one that this API gave out'],
  token_missing: [401, 'An access token is needed'],
  token_invalid: [401, 'The access token is not valid'],
  token_expired: [401, 'The access token has expired'],
  not_found: [404, 'There is no such address'],
  method_not_allowed: [405, 'This address does not take that method'],
  body_too_large: [413, 'The request body is too large'],
  unsupported_media_type: [415, 'The request body must be application/json'],
  internal_error: [500, 'The backend failed'],
  not_ready: [503, 'The backend is not ready'],
  identity_unavailable: [503, 'Access tokens cannot be verified at the moment'],
  records_unavailable: [503, 'The database cannot be asked at the moment'],
  store_unavailable: [503, 'The object store cannot be asked at the moment'],
  grant_unavailable: [503, 'Upload grants cannot be made at the moment'],
} as const satisfies Record<string, readonly [number, string]>;

/** All problems, for the documentation. */
export const documentedProblems = Object.entries(problems).map(([code, [status, title]]) => ({
  code,
  status,
  title,
}));

export type ProblemCode = keyof typeof problems;
type Status = (typeof problems)[ProblemCode][0];

interface ProblemOptions {
  /** A sentence for the developer of a client; nothing of the inside. */
  detail?: string;
  headers?: Record<string, string>;
  errors?: { path: string; message: string }[];
  /** Goes to the log alone. */
  cause?: unknown;
}

/** An error that is answered as it is; everything else that is thrown is answered as internal_error. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(code, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.options = options;
  }

  get status(): Status {
    return problems[this.code][0];
  }
}

export const problemSchema = z
  .object({
    type: z
      .string()
      .openapi({ description: 'Names the kind of problem; `urn:tintype:problem:` and the code.' }),
    title: z.string(),
    status: z.int(),
    code: z
      .string()
      .openapi({ description: 'Stable; decide by this, never by the texts.', example: 'token_expired' }),
    detail: z.string().optional(),
    requestId: z
      .string()
      .openapi({ description: 'The same as in the X-Request-Id header; find it in the log by this.' }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'What is wrong with the request, with JSON-pointer-like paths.' }),
  })
  .openapi('Problem');

/** Seconds after which a client may sensibly try again what failed for lack of another service. */
const retryAfterSeconds = 5;

/** The reply for a problem. */
export function problemResponse(c: Context, problem: Problem): Response {
  const [status, title] = problems[problem.code];
  const { detail, errors, headers } = problem.options;
  const body = {
    type: `urn:tintype:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    ...(detail === undefined ? {} : { detail }),
    requestId: c.get('requestId'),
    ...(errors === undefined ? {} : { errors }),
  } satisfies z.infer<typeof problemSchema>;
  return c.body(JSON.stringify(body), status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(status === 503 ? { 'retry-after': String(retryAfterSeconds) } : {}),
    ...headers,
  });
}

/** The problem that anything thrown amounts to. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) {
    // The framework's own refusals; the only 400 among them is a body that does not parse.
    switch (error.status) {
      case 400:
        return new Problem('malformed_json');
      case 413:
        return new Problem('body_too_large');
      case 415:
        return new Problem('unsupported_media_type');
      default:
        break;
    }
  }
  return new Problem('internal_error', { cause: error });
}

/** The problem for a request that its schema refuses. */
export function schemaProblem(error: z.core.$ZodError): Problem {
  const errors = error.issues
    .slice(0, 20)
    .map((issue) => ({ path: `/${issue.path.join('/')}`, message: issue.message }));
  return new Problem('invalid_request', { errors });
}
