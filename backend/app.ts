/** The API as one function from request to reply; everything it depends on is handed in. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { bearerToken } from './access-token.ts';
import { commitPhotos } from './commit.ts';
import { poolIssuer } from './config.ts';
import type { Deps, Env } from './context.ts';
import { openApiDocument } from './openapi/document.ts';
import { declareRoutes } from './openapi/routes.ts';
import { Problem, problemResponse, schemaProblem, toProblem } from './problems.ts';
import { keyPrefixOf } from './store/grants.ts';

const readyTimeoutMs = 2000;

/** Builds the API. */
export function createApp(deps: Deps): OpenAPIHono<Env> {
  const { config, records } = deps;
  const app = new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw schemaProblem(result.error);
    },
  });
  app.onError((error, c) => {
    const problem = toProblem(error);
    if (problem.status >= 500)
      deps.log({ event: 'problem', code: problem.code, ...about(c), cause: describe(problem.cause) });
    return problemResponse(c, problem);
  });
  app.notFound((c) => problemResponse(c, new Problem('not_found')));
  app.use(requestId({ limitLength: 64 }));
  app.use(accessLog(deps));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        problemResponse(c, new Problem('method_not_allowed', { headers: { allow: methods.join(', ') } })),
    }),
  );

  const routes = declareRoutes(async (c, next) => {
    const token = bearerToken(c.req.header('authorization'));
    const { sub } = await deps.verifier.verify(token);
    c.set('caller', { sub, token });
    c.header('cache-control', 'no-store');
    await next();
  });

  app.openapi(routes.clientConfig, (c) => {
    c.header('cache-control', 'public, max-age=300');
    return c.json(clientConfig(deps), 200);
  });

  app.openapi(routes.health, async (c) => {
    c.header('cache-control', 'no-store');
    const signal = AbortSignal.timeout(readyTimeoutMs);
    const expired = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
    });
    const outcomes = await Promise.allSettled([
      Promise.race([records.ping(), expired]),
      Promise.race([deps.objects.ping(signal), expired]),
    ]);
    const failing = ['database', 'store'].filter((_, index) => outcomes[index]?.status === 'rejected');
    if (failing.length > 0) {
      const cause = outcomes.map((outcome) =>
        outcome.status === 'rejected' ? describe(outcome.reason) : 'ok',
      );
      throw new Problem('not_ready', { detail: `Cannot reach: ${failing.join(', ')}.`, cause });
    }
    return c.json({ status: 'ready' as const }, 200);
  });

  app.openapi(routes.me, async (c) => {
    const { sub, token } = c.get('caller');
    const [{ name, email }, totals] = await Promise.all([deps.userInfo(token), records.totals(sub)]);
    return c.json({ sub, name, email, storedPhotos: totals.photos, storedBytes: totals.bytes }, 200);
  });

  app.openapi(routes.lookup, async (c) => {
    const found = await records.find(c.get('caller').sub, c.req.valid('json').sha256);
    return c.json(
      {
        found: [...found.values()].map(({ sha256, photoId, fileName, takenAt, storedAt }) => ({
          sha256,
          photoId,
          fileName,
          takenAt,
          storedAt,
        })),
      },
      200,
    );
  });

  app.openapi(routes.grant, async (c) => {
    const { sub } = c.get('caller');
    const { bucket, region, publicEndpoint, forcePathStyle, checksum, maxBytes, kmsKeyArn } = config.store;
    return c.json(
      {
        bucket,
        region,
        ...(publicEndpoint === undefined ? {} : { endpoint: publicEndpoint }),
        forcePathStyle,
        keyPrefix: keyPrefixOf(sub),
        checksum,
        ...(kmsKeyArn === undefined ? {} : { sse: { algorithm: 'aws:kms' as const, kmsKeyId: kmsKeyArn } }),
        maxBytes,
        credentials: await deps.grants.create(sub),
      },
      200,
    );
  });

  app.openapi(routes.openUploads, async (c) => {
    const uploads = await deps.objects.openUploads(keyPrefixOf(c.get('caller').sub));
    return c.json({ uploads }, 200);
  });

  app.openapi(routes.commit, async (c) =>
    c.json({ photos: await commitPhotos(c.req.valid('json').photos, c.get('caller').sub, deps) }, 200),
  );

  app.openapi(routes.list, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const before = cursor === undefined ? null : decodeCursor(cursor);
    const { photos, next } = await records.page(c.get('caller').sub, before, limit);
    return c.json({ photos, nextCursor: next === null ? null : encodeCursor(next) }, 200);
  });

  app.get('/v1/openapi.json', (c) => {
    c.header('cache-control', 'public, max-age=300');
    return c.json(openApiDocument());
  });
  return app;
}

function clientConfig({ config, publicUrl }: Deps) {
  const { region, userPoolId, clientId, cognitoDomain, callbackPorts, issuer } = config;
  const { scopes, identityProvider, loginLang } = config;
  return {
    apiUrl: publicUrl,
    region,
    userPoolId,
    clientId,
    domain: cognitoDomain,
    callbackPorts,
    scopes,
    ...(issuer === poolIssuer(region, userPoolId) ? {} : { issuer }),
    ...(identityProvider === undefined ? {} : { identityProvider }),
    ...(loginLang === undefined ? {} : { lang: loginLang }),
  };
}

/** One line for each request that changes something or fails; health checks would drown the rest. */
function accessLog(deps: Deps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    if (c.req.path === '/healthz' && c.res.ok) return;
    deps.log({
      event: 'request',
      ...about(c),
      status: c.res.status,
      ms: Math.round(performance.now() - start),
    });
  };
}

function about(c: Context<Env>): Record<string, unknown> {
  return { method: c.req.method, path: c.req.path, requestId: c.get('requestId'), sub: c.get('caller')?.sub };
}

/** For the log: errors of the AWS SDK and of pg carry whole requests, so only name, code and stack are taken. */
function describe(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const { code } = cause as { code?: unknown };
  return { name: cause.name, code, stack: cause.stack };
}

function encodeCursor(position: number): string {
  return Buffer.from(String(position)).toString('base64url');
}

function decodeCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{1,15}$/.test(text)) throw new Problem('invalid_cursor');
  return Number(text);
}
