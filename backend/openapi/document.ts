/** The OpenAPI 3.1 document: generated from the routes, served, and the source of the desktop's types. */
import { OpenAPIHono } from '@hono/zod-openapi';
import { declareRoutes } from './routes.ts';

/** The document of all routes. The same at every deployment: it names no server. */
export function openApiDocument(): ReturnType<OpenAPIHono['getOpenAPI31Document']> {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  for (const route of Object.values(declareRoutes((_, next) => next()))) {
    const { middleware: _, ...described } = { middleware: undefined, ...route };
    registry.registerPath(described);
  }
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of the user pool, issued to the configured app client.',
  });
  return getOpenAPI31Document({
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
