/** The OpenAPI 3.1 document: generated from the routes, served, and the source of the desktop's types. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Env } from '../context.ts';

/** The document of an app with all its routes. The same at every deployment: it names no server. */
export function openApiDocument(app: OpenAPIHono<Env>): ReturnType<OpenAPIHono<Env>['getOpenAPI31Document']> {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tintype backend',
      version: '1',
      description:
        'The API that uploads run against. JSON over https. Errors are problem details (RFC 9457) with a stable ' +
        '`code`; every reply has an `X-Request-Id`.',
    },
  });
}
